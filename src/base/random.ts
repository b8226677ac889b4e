/**
 * Seeded pseudo-random numbers: xoshiro128** (Blackman and Vigna, "Scrambled linear pseudorandom number
 * generators", 2018), seeded through splitmix32. The same seed gives the same numbers on every machine.
 */
export class Random {
  private readonly s = new Uint32Array(4);

  /** @param seed any safe integer */
  constructor(seed: number) {
    let h = (seed ^ Math.floor(seed / 4294967296)) >>> 0;
    for (let i = 0; i < 4; i++) {
      h = (h + 0x9e3779b9) >>> 0;
      let z = h;
      z = Math.imul(z ^ (z >>> 16), 0x85ebca6b);
      z = Math.imul(z ^ (z >>> 13), 0xc2b2ae35);
      this.s[i] = (z ^ (z >>> 16)) >>> 0;
    }
  }

  /** Uniform over 0 .. 2^32-1. */
  uint32(): number {
    const s = this.s;
    const a = Math.imul(s[1], 5);
    const result = Math.imul((a << 7) | (a >>> 25), 9) >>> 0;
    const t = s[1] << 9;
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= t;
    s[3] = (s[3] << 11) | (s[3] >>> 21);
    return result;
  }

  /** Uniform over [0, 1). */
  uniform(): number {
    return this.uint32() / 4294967296;
  }

  /** Uniform integer over 0 .. limit-1. */
  below(limit: number): number {
    return Math.floor(this.uniform() * limit);
  }

  /** Normal deviate of mean 0 and variance 1 (Box and Muller, one of the pair, so that no state is hidden). */
  normal(): number {
    return Math.sqrt(-2 * Math.log(1 - this.uniform())) * Math.cos(2 * Math.PI * this.uniform());
  }

  /** Exponential deviate of mean 1. */
  exponential(): number {
    return -Math.log(1 - this.uniform());
  }

  /** Poisson deviate; Knuth's product below 30, rounded normal above. */
  poisson(mean: number): number {
    if (mean > 30) return Math.max(0, Math.round(mean + Math.sqrt(mean) * this.normal()));
    const limit = Math.exp(-mean);
    let n = 0;
    for (let p = this.uniform(); p > limit; p *= this.uniform()) n++;
    return n;
  }

  /** Shuffles in place (Fisher and Yates). */
  shuffle<T extends { length: number; [i: number]: number }>(a: T): T {
    for (let i = a.length - 1; i > 0; i--) {
      const j = this.below(i + 1);
      const t = a[i];
      a[i] = a[j];
      a[j] = t;
    }
    return a;
  }

  /** The four state words, for checkpoints. */
  save(): readonly number[] {
    return [...this.s];
  }

  restore(state: readonly number[]): void {
    this.s.set(state);
  }
}
