import { SingleBar } from 'cli-progress';
import colours from 'picocolors';
import type { Progress } from '../base/index.js';

/** Exit codes: what a script around `econ` can rely on. */
export const exitCode = {
  ok: 0,
  /** The work was done and a check did not hold: a verdict, a comparison, a budget. */
  checkFailed: 1,
  /** Bad input or usage; nothing was lost. */
  badInput: 2,
  /** A defect of econ itself. */
  internal: 3,
  /** Ctrl-C; what was reached is kept and the same command goes on. */
  interrupted: 130,
} as const;

/** Results go to standard output, everything else (progress, notes) to standard error. */
export function print(text: string): void {
  process.stdout.write(text.endsWith('\n') ? text : `${text}\n`);
}

export function note(text: string): void {
  process.stderr.write(`${colours.dim(text)}\n`);
}

const LINE_INTERVAL_MS = 5000;

/** A bar with ETA on a terminal, a line every few seconds elsewhere (logs, CI), nothing with --quiet. */
export function terminalProgress(quiet = false): Progress {
  if (quiet) return { start() {}, update() {}, stop() {} };
  return process.stderr.isTTY ? barProgress() : lineProgress();
}

/** A bar that is drawn anew. @param stream a terminal */
export function barProgress(stream: NodeJS.WritableStream = process.stderr): Progress {
  let bar: SingleBar | undefined;
  let whole = 0;
  let reached = 0;
  return {
    start(name, total, unit) {
      whole = total;
      reached = 0;
      bar = new SingleBar({
        // A total of 0 is one that nobody knows yet: a file of any length.
        format:
          total > 0
            ? `${name.padEnd(10)} {bar} {value}/{total} ${unit}  {duration_formatted}, ETA {eta_formatted}  {note}`
            : `${name.padEnd(10)} {value} ${unit}  {duration_formatted}  {note}`,
        barCompleteChar: '█',
        barIncompleteChar: '░',
        barsize: 24,
        hideCursor: true,
        fps: 10,
        etaBuffer: 50,
        stream,
      });
      bar.start(total, 0, { note: '' });
    },
    update(done, text) {
      reached = done;
      bar?.update(done, text === undefined ? {} : { note: text });
    },
    stop(text, early = false) {
      // What ends early ends with all that there is; else the last piece may not have been told.
      if (early) bar?.setTotal(reached);
      else if (whole > 0) bar?.update(whole);
      if (text !== undefined) bar?.update({ note: text });
      bar?.stop();
      bar = undefined;
    },
  };
}

function lineProgress(): Progress {
  let phase = '';
  let unit = '';
  let total = 0;
  let begun = 0;
  let last = 0;
  return {
    start(name, count, units) {
      phase = name;
      total = count;
      unit = units;
      begun = last = Date.now();
    },
    update(done, text) {
      const now = Date.now();
      if (now - last < LINE_INTERVAL_MS) return;
      last = now;
      const eta =
        done > 0 && total > 0 ? Math.round(((now - begun) / done) * (total - done) * 1e-3) : undefined;
      note(
        `${phase}: ${total > 0 ? `${done}/${total}` : done} ${unit}${eta === undefined ? '' : `, ETA ${eta} s`}${text ? `, ${text}` : ''}`,
      );
    },
    stop(text) {
      if (phase)
        note(`${phase}: done in ${((Date.now() - begun) * 1e-3).toFixed(1)} s${text ? `, ${text}` : ''}`);
      phase = '';
    },
  };
}
