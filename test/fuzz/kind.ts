import type { Random } from '../../src/base/index.js';

/** A kind of input: small files of it, and what reads them. Another reader is one more entry in kinds/. */
export interface FuzzKind {
  readonly name: string;
  /** Cases of a million. */
  readonly share: number;
  /** Cases of the slice in `npm test`. */
  readonly slice: number;
  /** Files by name: each is changed and given to `read`; those that begin with `+` lie beside it unchanged. */
  seeds(folder: string): Promise<ReadonlyMap<string, Uint8Array>>;
  /** What the format means something by, beside the words of mutate.ts. */
  readonly words?: readonly string[];
  /** Packs what was changed, and makes its checksums good, in half of the cases: they would hide all else. */
  readonly pack?: (bytes: Uint8Array, name: string) => Uint8Array;
  /** @param tell gets the names of other files that it read, where it says which */
  read(path: string, random: Random, tell: (names: readonly string[]) => void): unknown;
}
