/** Long work that stops now and then, so that who runs it can let others have their turn. */
export type Pieces<T> = Generator<undefined, T, undefined>;

/** All of it, without a stop. */
export function atOnce<T>(work: Pieces<T>): T {
  for (;;) {
    const { done, value } = work.next();
    if (done) return value;
  }
}

/** Milliseconds of work between two turns of the others: signals and timers. */
const TURN = 50;

/** All of it, up to a Ctrl-C. @throws the reason of the signal */
export async function inTurns<T>(work: Pieces<T>, signal?: AbortSignal): Promise<T> {
  for (let looked = performance.now(); ; ) {
    const { done, value } = work.next();
    if (done) return value;
    if (performance.now() - looked < TURN) continue;
    await new Promise((resolve) => setImmediate(resolve));
    signal?.throwIfAborted();
    looked = performance.now();
  }
}
