import { type BuildContext, type ChipBlock, defaultChipOptions } from '../../src/blocks/index.js';
import { leafCellsOf } from '../../src/chips/index.js';
import { Simulator } from '../../src/netlist-sim/index.js';

/** One emitted block and the leaf cells it uses, ready to run. */
export function loadBlock(
  block: ChipBlock,
  options: Partial<BuildContext['options']> = {},
): Promise<Simulator> {
  const context = { options: { ...defaultChipOptions, ...options }, provenance: [] };
  const own = new Map([[`rtl/${block.module}.v`, block.emit!(context)]]);
  const files = [...own, ...leafCellsOf(own)];
  return Simulator.load(Object.fromEntries(files), { top: block.module, clock: 'clk_i' });
}

/** Packs numbers of `width` bits, element 0 lowest, into 32-bit words, as `set` takes them. */
export function packWords(values: ArrayLike<number>, width: number): Uint32Array {
  const words = new Uint32Array(Math.ceil((values.length * width) / 32));
  for (let k = 0, at = 0; k < values.length; k++, at += width) {
    const shift = at & 31;
    words[at >>> 5] |= values[k] << shift;
    if (shift + width > 32) words[(at >>> 5) + 1] |= values[k] >>> (32 - shift);
  }
  return words;
}

/** The inverse of packWords. */
export function unpackWords(words: Uint32Array, count: number, width: number): number[] {
  return Array.from({ length: count }, (_, k) => {
    const at = k * width;
    const shift = at & 31;
    let value = words[at >>> 5] >>> shift;
    if (shift + width > 32) value |= words[(at >>> 5) + 1] << (32 - shift);
    return (value & (2 ** width - 1)) >>> 0;
  });
}

/** The elements of an output port of a simulated block. */
export function output(chip: Simulator, port: string, count: number, width: number): number[] {
  const words = new Uint32Array(Math.ceil((count * width) / 32));
  chip.getWords(port, words);
  return unpackWords(words, count, width);
}
