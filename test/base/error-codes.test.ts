import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { ERROR_CODES, errorPage, packageRoot } from '../../src/base/index.js';

it('prints docs/errors.md as it stands (else: npm run build && node scripts/error-page.js)', () => {
  expect(readFileSync(join(packageRoot, 'docs/errors.md'), 'utf8')).toBe(errorPage());
});

it('lists every code that is written in src', () => {
  const unlisted = sources().flatMap((text) =>
    [...text.matchAll(/code: '([^']+)'/g)]
      .map(([, code]) => code)
      .filter((code) => code.includes('/') && !(code in ERROR_CODES)),
  );
  expect(unlisted).toEqual([]);
});

function sources(): string[] {
  return readdirSync(join(packageRoot, 'src'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !name.endsWith('error-codes.ts'))
    .map((name) => readFileSync(join(packageRoot, 'src', name), 'utf8'));
}

it('lists no code that nothing can have', () => {
  const texts = sources().join('\n');
  const used = (code: string): boolean => {
    const [room, tail] = code.split('/');
    // Helpers of a room are given what follows the slash; kinds of findings are keys.
    return (
      [`'${code}'`, `'${tail}'`, `\n  ${tail}: '`].some((text) => texts.includes(text)) ||
      `${room}/cannot-` === code.slice(0, room.length + 8)
    );
  };
  expect(Object.keys(ERROR_CODES).filter((code) => !used(code))).toEqual([]);
});
