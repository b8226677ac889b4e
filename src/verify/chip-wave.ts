import { type ChipSettings, inputFormat } from '../blocks/index.js';
import { bxNs, detectorOf } from '../detector/index.js';
import { type Simulator, type Snapshot, VcdWriter } from '../netlist-sim/index.js';

/** BX that a recorded divergence shows. */
const SHOWN = 32;

/**
 * Plays a stream of wafers again and records the last BX up to the one in which the packet of a row leaves the chip.
 * A BX takes its time: 25 ns of HGCAL.
 * @param start state of the chip before row 0 of the words
 * @param latency BX from a wafer to its packet
 */
export function recordRow(
  chip: Simulator,
  start: Snapshot,
  settings: ChipSettings,
  words: Uint32Array,
  row: number,
  latency: number,
  write: (text: string) => void,
): void {
  const { links } = inputFormat(settings);
  const last = row + latency;
  chip.restore(start);
  const vcd = new VcdWriter(chip, write, {
    from: last - SHOWN + 1,
    timescale: '100ps',
    period: Math.round(10 * bxNs(detectorOf(settings.detector))),
  });
  for (let bx = 0; bx <= last; bx++) {
    const input = Math.min(bx, words.length / links - 1);
    chip.set('link_i', words.subarray(input * links, (input + 1) * links));
    vcd.cycle();
  }
  vcd.end();
}
