/** Latents of at most so many sent bits enter the decoder level by level, too. */
const MOST_BITS = 4;

/**
 * A decoder that is told, beside each latent, which levels it has reached: 1 for every code 1 .. 2^bits - 1 up to the
 * latent's own, else 0. What a few bits stand for is then learned level by level, not bent out of a straight line.
 */
export interface LatentLevels {
  /** Latent whose levels these are, its bits, and the place of its first level among all. */
  readonly latent: number;
  readonly bits: number;
  readonly at: number;
}

/** Levels of the latents with 1..4 sent bits, in their order. */
export function latentLevels(sent: readonly number[]): readonly LatentLevels[] {
  let at = 0;
  return sent.flatMap((bits, latent) => {
    if (bits < 1 || bits > MOST_BITS) return [];
    const entry = { latent, bits, at };
    at += 2 ** bits - 1;
    return [entry];
  });
}

/** How many inputs they are. */
export function levelInputs(levels: readonly LatentLevels[]): number {
  return levels.reduce((sum, { bits }) => sum + 2 ** bits - 1, 0);
}
