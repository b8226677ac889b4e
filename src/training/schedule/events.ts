/** Steps of a training after which signals and timers get their turn. */
const STEPS_BETWEEN_TURNS = 8;

/** Lets signals and timers have their turn before every eighth step. */
export async function eventsBefore(step: number): Promise<void> {
  if (step % STEPS_BETWEEN_TURNS === 0) await new Promise((resolve) => setImmediate(resolve));
}
