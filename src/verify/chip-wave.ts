import { LINKS } from '../blocks/index.js';
import { type Simulator, type Snapshot, VcdWriter } from '../netlist-sim/index.js';

/** BX that a recorded divergence shows. */
const SHOWN = 32;

/**
 * Plays a stream of wafers again and records the last BX up to the one in which the packet of a row leaves the chip.
 * The time of BX n is n * 25 ns.
 * @param start state of the chip before row 0 of the words
 * @param latency BX from a wafer to its packet
 */
export function recordRow(
  chip: Simulator,
  start: Snapshot,
  words: Uint32Array,
  row: number,
  latency: number,
  write: (text: string) => void,
): void {
  const last = row + latency;
  chip.restore(start);
  const vcd = new VcdWriter(chip, write, {
    from: last - SHOWN + 1,
    timescale: '100ps',
    period: 250,
  });
  for (let bx = 0; bx <= last; bx++) {
    const input = Math.min(bx, words.length / LINKS - 1);
    chip.set('link_i', words.subarray(input * LINKS, (input + 1) * LINKS));
    vcd.cycle();
  }
  vcd.end();
}
