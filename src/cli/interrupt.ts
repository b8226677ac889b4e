const controller = new AbortController();
let heeded = false;

/** Milliseconds in which a signal that comes twice is one: Ctrl-C reaches a process and who forwards it. */
const SAME = 300;

/** Ctrl-C ends the running step at its next safe point; a second one ends the process. */
export function interruptSignal(): AbortSignal {
  heeded = true;
  return controller.signal;
}

/** From now on Ctrl-C and SIGTERM abort the signal; where nobody heeds it, or the second time, `end` ends the process. */
export function catchInterrupts(end: (reason: unknown) => void): void {
  let first = Number.NEGATIVE_INFINITY;
  const interrupt = (): void => {
    const again = controller.signal.aborted;
    if (again && performance.now() - first < SAME) return;
    first = performance.now();
    controller.abort();
    if (again || !heeded) end(controller.signal.reason);
  };
  process.on('SIGINT', interrupt).on('SIGTERM', interrupt);
}
