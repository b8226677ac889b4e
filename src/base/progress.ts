/**
 * How long work tells how far it is. Library functions take one and stay silent without it; the CLI draws
 * a bar with ETA on a terminal and lines elsewhere.
 */
export interface Progress {
  /** Begins a phase of `total` units, e.g. ('train', 300, 'epoch'). */
  start(phase: string, total: number, unit: string): void;
  /** `done` units are behind us; `note` is a short text such as 'loss 0.0021, EMD 0.98'. */
  update(done: number, note?: string): void;
  /** Ends the phase: all of it is done, or `early` says that what is done is all that there will be. */
  stop(note?: string, early?: boolean): void;
}

export const silent: Progress = { start() {}, update() {}, stop() {} };
