// Runs portions of cases that the campaign sends, in a process that can be ended: child.ts FOLDER STATUS TOUCHED. Into the
// file STATUS it writes the number of the case that it is at: to send a message for each costs more than most cases.
import { closeSync, openSync, writeSync } from 'node:fs';
import { kinds } from './kinds/index.js';
import { runCases, type Tally } from './run.js';

/** Cases after which the counts are sent: what is lost when a case ends the process is run again. */
const REPORT = 200;

export interface Portion {
  readonly kind: string;
  readonly from: number;
  readonly count: number;
}
/** What a child says: counts so far, and the last one of a portion. */
export interface Report {
  readonly next: number;
  readonly tally: Tally;
  readonly done: boolean;
  /** Bytes that this process holds. */
  readonly memory: number;
}

const [folder, status, list] = process.argv.slice(-3);
const at = openSync(status, 'r+');
const touched = openSync(list, 'r');
const number = Buffer.alloc(8);
const say = (report: Report): void => void process.send?.(report);

process.on('message', async ({ kind: name, from, count }: Portion) => {
  const kind = kinds.find((k) => k.name === name)!;
  const tally = await runCases(kind, from, count, folder, {
    touched,
    begin(seed, sofar) {
      number.writeDoubleLE(seed);
      writeSync(at, number, 0, 8, 0);
      if (seed > from && (seed - from) % REPORT === 0)
        say({ next: seed, tally: sofar, done: false, memory: process.memoryUsage.rss() });
    },
  });
  say({ next: from + count, tally, done: true, memory: process.memoryUsage.rss() });
});
process.on('disconnect', () => {
  closeSync(at);
  process.exit();
});
