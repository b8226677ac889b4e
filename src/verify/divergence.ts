import { type ChipSettings, inputFormat } from '../blocks/index.js';
import type { Probe } from '../chips/index.js';
import type { Simulator, Snapshot } from '../netlist-sim/index.js';
import { likelyCause } from './likely-cause.js';
import { referenceLayers } from './reference-layers.js';

/** The first place, in the order of the data, where a chip and its reference part. */
export interface Divergence {
  /** Row of the stream: the bunch crossing of the wafer. */
  readonly bx: number;
  readonly layer: string;
  /** Channel, e.g. act[2][1][5]. */
  readonly name: string;
  /** Row, column, filter; or cell; or latent; or link; empty where there is one only. */
  readonly index: readonly number[];
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
 * @returns undefined when every register holds what it should: only the port, or the BX of comparison, is wrong
 */
export function findDivergence(
  chip: Simulator,
  start: Snapshot,
  probes: readonly Probe[],
  settings: ChipSettings,
  words: Uint32Array,
  row: number,
): Divergence | undefined {
  const { links } = inputFormat(settings);
  const rows = words.length / links;
  const expected = referenceLayers(settings, words, row);
  chip.restore(start);
  const present = probes.filter((probe) => hasSignal(chip, probe));
  const last = row + Math.max(0, ...present.map((probe) => probe.latency));
  for (let edges = 1; edges <= last; edges++) {
    // Rows beyond the wrong one are of no interest: the inputs may stay.
    const input = Math.min(edges - 1, rows - 1);
    chip.set('link_i', words.subarray(input * links, (input + 1) * links));
    chip.step();
    if (edges <= row) continue;
    for (const layer of new Set(present.filter((p) => row + p.latency === edges).map((p) => p.layer))) {
      const here = present.filter((probe) => probe.layer === layer);
      const now = valuesOf(chip, here);
      const wrong = here.filter((probe, i) => now.get(probe) !== expected[layer][i]);
      if (wrong.length === 0) continue;
      const [first] = wrong;
      const simulated = now.get(first) ?? 0n;
      const wanted = expected[layer][here.indexOf(first)];
      return {
        bx: row,
        layer,
        name: first.name,
        index: first.index,
        signal: `${first.path}[${first.lsb + first.width - 1}:${first.lsb}]`,
        bit: (simulated ^ wanted).toString(2).length - 1,
        expected: hex(wanted, first.width),
        simulated: hex(simulated, first.width),
        channels: wrong.length,
        ofChannels: here.length,
        cause: likelyCause({
          chip,
          settings,
          layer,
          probes: here,
          wrong,
          neighbours: [row - 1, row + 1]
            .filter((r) => r >= 0 && r < rows)
            .map((r) => referenceLayers(settings, words, r)),
          value: (probe) => now.get(probe) ?? 0n,
        }),
      };
    }
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

/** Values of probes; signals that several probes share are looked at once. */
function valuesOf(chip: Simulator, probes: readonly Probe[]): Map<Probe, bigint> {
  const signals = new Map<string, bigint>();
  return new Map(
    probes.map((probe) => {
      const signal = signals.get(probe.path) ?? chip.peek(probe.path);
      signals.set(probe.path, signal);
      const bits = (signal >> BigInt(probe.lsb)) & ((1n << BigInt(probe.width)) - 1n);
      return [probe, bits << BigInt(probe.shift ?? 0)];
    }),
  );
}

function hasSignal(chip: Simulator, probe: Probe): boolean {
  try {
    return chip.width(probe.path) >= probe.lsb + probe.width;
  } catch {
    return false; // a chip that was changed for an experiment may lack it
  }
}

function hex(v: bigint, width: number): string {
  return `0x${v.toString(16).padStart(Math.ceil(width / 4), '0')}`;
}
