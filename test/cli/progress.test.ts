import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { barProgress } from '../../src/cli/terminal.js';

/** The last thing that a bar shows, drawn on a terminal that is none. */
function lastLine(work: (progress: ReturnType<typeof barProgress>) => void): string {
  const stream = Object.assign(new PassThrough(), { isTTY: true, columns: 200 });
  work(barProgress(stream));
  const text = String(stream.read());
  return text.slice(text.lastIndexOf('phase'));
}

test.each([
  ['when the last piece was not told', 3520, 3564, false, /█{24} 3564\/3564 BX .* all well/],
  ['when nothing was told', 0, 1, false, /█{24} 1\/1 BX/],
  ['of what there was, when it ended early', 33, 40, true, /█{24} 33\/33 BX/],
  ['without an end that anyone knew', 12, 0, false, /phase +12 BX/],
])('a bar ends full %s', (_, done, total, early, shown) => {
  const line = lastLine((progress) => {
    progress.start('phase', total, 'BX');
    if (done > 0) progress.update(done);
    progress.stop('all well', early);
  });
  expect(line).toMatch(shown);
});
