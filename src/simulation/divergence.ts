import type { ChipSettings, Probe } from '../chip/index.js';
import { LINKS } from '../chip/index.js';
import { referenceLayers } from './reference-layers.js';
import type { Simulator, Snapshot } from './simulator.js';

/** The first place, in the order of the data, where a chip and its reference part. */
export interface Divergence {
  /** Row of the stream: the bunch crossing of the wafer. */
  readonly bx: number;
  readonly layer: string;
  /** Channel, e.g. act[2][1][5]. */
  readonly name: string;
  readonly signal: string;
  /** Highest differing bit of the channel. */
  readonly bit: number;
  readonly expected: string;
  readonly simulated: string;
  /** Channels of the same layer that differ, and how many it has. */
  readonly channels: number;
  readonly ofChannels: number;
  readonly cause: string;
}

/**
 * Plays the stream again up to the wafer whose output was wrong and looks at every layer on its way.
 * @param start state of the chip before row 0 of the words
 * @param row first row whose output differs
 */
export function findDivergence(
  chip: Simulator,
  start: Snapshot,
  probes: readonly Probe[],
  settings: ChipSettings,
  words: Uint32Array,
  row: number,
): Divergence | undefined {
  const expected = referenceLayers(settings, words, row);
  const perLayer = new Map<string, number>();
  const place = new Map(
    probes.map((probe) => {
      const at = perLayer.get(probe.layer) ?? 0;
      perLayer.set(probe.layer, at + 1);
      return [probe, expected[probe.layer][at]];
    }),
  );
  chip.restore(start);
  const last = row + Math.max(...probes.map((probe) => probe.latency));
  for (let edges = 1; edges <= last; edges++) {
    // Rows beyond the wrong one are of no interest: the inputs may stay.
    const input = Math.min(edges - 1, words.length / LINKS - 1);
    chip.set('link_i', words.subarray(input * LINKS, (input + 1) * LINKS));
    chip.step();
    const here = probes.filter((probe) => row + probe.latency === edges);
    const wrong = here.filter((probe) => value(chip, probe) !== place.get(probe));
    if (wrong.length === 0) continue;
    const [first] = wrong;
    const simulated = value(chip, first);
    const wanted = place.get(first) ?? 0n;
    return {
      bx: row,
      layer: first.layer,
      name: first.name,
      signal: `${first.path}[${first.lsb + first.width - 1}:${first.lsb}]`,
      bit: (simulated ^ wanted).toString(2).length - 1,
      expected: hex(wanted, first.width),
      simulated: hex(simulated, first.width),
      channels: wrong.length,
      ofChannels: here.filter((probe) => probe.layer === first.layer).length,
      cause: likelyCause(first, wrong, here, simulated, wanted),
    };
  }
  return undefined;
}

export function renderDivergence(d: Divergence): string {
  return [
    `First divergence: BX ${d.bx}, layer ${d.layer}, ${d.name} (${d.signal}), bit ${d.bit}`,
    `  reference ${d.expected}, Verilog ${d.simulated}; ${d.channels} of ${d.ofChannels} channels of this layer differ`,
    `  likely cause: ${d.cause}`,
  ].join('\n');
}

function value(chip: Simulator, { path, lsb, width }: Probe): bigint {
  return (chip.peek(path) >> BigInt(lsb)) & ((1n << BigInt(width)) - 1n);
}

function hex(v: bigint, width: number): string {
  return `0x${v.toString(16).padStart(Math.ceil(width / 4), '0')}`;
}

function likelyCause(
  first: Probe,
  wrong: readonly Probe[],
  here: readonly Probe[],
  simulated: bigint,
  expected: bigint,
): string {
  const all = wrong.length === here.filter((probe) => probe.layer === first.layer).length;
  const off = simulated > expected ? simulated - expected : expected - simulated;
  if (first.layer === 'conv' || first.layer === 'dense') {
    if (all)
      return 'every channel differs: weights not loaded or not committed, or another arithmetic than the reference.';
    if (off <= 128n)
      return 'a small difference in some channels: rounding of the products, or one wrong weight or bias.';
    return 'a large difference in some channels: a wrong weight, a wired-up tap, or an overflow.';
  }
  if (first.layer === 'formatter' || first.layer === 'keep-mask')
    return 'all layers before agree: number of links, keep mask or packing.';
  if (first.layer === 'link-input')
    return 'the words arrive differently: numbering of the codes or of the BX.';
  return all
    ? 'every channel differs: the registers of this block, or its latency.'
    : 'some channels differ: the register of these cells.';
}
