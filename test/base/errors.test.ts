import { expect, test } from 'vitest';
import { EconError } from '../../src/base/index.js';

test('a text of a file that an error quotes is shown as it is, or cut and told', () => {
  const error = (what: string) =>
    new EconError({ code: 'base/bad-json', where: 'a.json', what, remedy: 'Mend it.' });
  const short = `"${'['.repeat(1500)}" is no number.`;
  expect(error(short).what).toBe(short);
  const { what, message } = error(`"${'['.repeat(1e6)}" is no number.`);
  expect(what).toMatch(/^"\[{1699} \[998066 characters are left out\] \[+" is no number\.$/);
  expect(message).toBe(`a.json: ${what} Mend it.`);
});
