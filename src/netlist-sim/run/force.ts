import { EconError } from '../../base/index.js';
import type { Program } from '../emit/compile.js';

/**
 * Sets or clears the overriding words of a signal. Registers take the value at once and keep it when they are
 * released, as in Verilog.
 * @param value bits to force, or undefined to release
 * @param write sets or clears a bit of a word of memory
 */
export function overrideBits(
  { lowering, layout }: Program,
  bits: Int32Array,
  name: string,
  value: ArrayLike<number> | undefined,
  write: (address: number, mask: number, on: boolean) => void,
): void {
  const { pieces } = lowering;
  const all = Array.from(bits, (bit) => {
    const piece = pieces.pieceOf[bit];
    const forced = lowering.forced.get(piece);
    if (forced === undefined) throw notForceable(name);
    return { bit, piece, forced };
  });
  all.forEach(({ bit, piece, forced }, i) => {
    const one = 1 << (pieces.positionOf[bit] - pieces.pieceStart[piece]);
    const put = (source: number, on: boolean) => {
      write(layout.sourceAddress[source] >>> 2, one, on);
    };
    const set = value !== undefined && ((value[i >>> 5] >>> (i & 31)) & 1) === 1;
    put(forced.mask, value !== undefined);
    put(forced.value, set);
    if (forced.register && value !== undefined) put(lowering.g.a[lowering.nodeOf[piece]], set);
  });
}

function notForceable(name: string): EconError {
  return new EconError({
    code: 'simulation/not-forceable',
    where: name,
    what: 'this signal was not prepared for forcing.',
    remedy:
      'Name it in the option forceable when the design is loaded. Bits that are constant cannot be forced.',
  });
}
