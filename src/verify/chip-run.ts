import { bitCount, EconError, type In, type Progress, silent } from '../base/index.js';
import { algorithmOf, type ChipSettings, ETX, inputFormat, ORBIT_HEADER } from '../blocks/index.js';
import {
  type ChipDescription,
  type ChipVectors,
  chipLatency,
  emitChip,
  probes,
  registerNamed,
} from '../chips/index.js';
import { fieldWidths, INPUT_BITS } from '../encoder/index.js';
import { type LoadOptions, type LoadTiming, Simulator } from '../netlist-sim/index.js';
import { recordRow } from './chip-wave.js';
import { type ConfigureTask, configure, emptyBuffer } from './configure.js';
import { type Divergence, findDivergence } from './divergence.js';
import type { I2cMaster } from './i2c-master.js';
import { referenceLayers } from './reference-layers.js';

export interface ChipRunTask extends ConfigureTask {
  readonly description: ChipDescription;
  /** Verilog by file name; what emitChip writes when left out. */
  readonly files?: ReadonlyMap<string, string>;
  readonly signal?: AbortSignal;
  /** The chip of this description, loaded before; it is reset and configured again. */
  readonly chip?: Simulator;
  /** Called with the configured chip before the first wafer: upsets and other experiments. */
  readonly prepare?: (chip: Simulator) => void;
  /** Takes the pieces of a VCD file of the 32 BX before the first wrong packet; not called when there is none. */
  readonly wave?: (text: string) => void;
}

export interface ChipRun {
  /** Wafers streamed, one per BX. */
  readonly rows: number;
  /** Rows with all 13 words equal to the reference. */
  readonly equalRows: number;
  readonly bits: number;
  /** Output bits that differ. */
  readonly mismatches: number;
  /** As simulated; undefined when nothing came out that could be recognised. */
  readonly chipLatency?: In<'BX'>;
  readonly encoderLatency?: In<'BX'>;
  /** Between two wafers: 1 when every row was right. */
  readonly waferInterval?: In<'BX'>;
  /** undefined when no weights were to be loaded. */
  readonly commitAccepted?: boolean;
  /** Bytes of registers and weights read back over I2C after the commit, and those that were not as written. */
  readonly readBack: { readonly bytes: number; readonly wrong: number };
  readonly divergence?: Divergence;
  /** What the chip sent, rows * 13. */
  readonly words: Uint32Array;
  readonly timing: LoadTiming;
  /** Clock cycles in all and their rate while wafers streamed; no property of the chip. */
  readonly cyclesPerSecond: number;
}

/** Wafers whose values inside the chip are followed, to measure the encoder's latency. */
const FOLLOWED = 8;
/** Bytes read back of each block of weights; the CRC of the commit has checked the rest. */
const WEIGHTS_READ_BACK = 4;
/**
 * Runs the emitted Verilog cycle by cycle: loads registers and weights over the I2C pins, commits, streams one wafer
 * per BX, compares every output bit and the latency with the reference.
 * @throws EconError eda/..., simulation/...
 */
export async function simulateChip(task: ChipRunTask): Promise<ChipRun> {
  const { description, settings, vectors, progress = silent, signal } = task;
  progress.start('compile', 1, 'design');
  const chip = task.chip ?? (await loadChip(description, task.files));
  progress.stop();

  const { bus, idle, commitAccepted } = configure(chip, task);
  const readBack = readBackWrites(bus, vectors.writes);
  progress.stop(
    commitAccepted === false ? 'commit refused' : commitAccepted ? 'weights committed' : 'configured',
  );
  task.prepare?.(chip);

  if (description.options.econt) emptyBuffer(chip, idle);
  const latency = chipLatency(description, settings.algorithm);
  const start = chip.snapshot();
  const stream = await streamWafers(chip, latency, idle, vectors, progress, signal);
  const divergence =
    stream.firstWrong === undefined
      ? undefined
      : findDivergence(
          chip,
          start,
          probes(description, settings.algorithm),
          settings,
          vectors.words,
          stream.firstWrong,
        );
  if (stream.firstWrong !== undefined && task.wave !== undefined)
    recordRow(chip, start, settings, vectors.words, stream.firstWrong, latency, task.wave);
  chip.restore(start);
  return {
    ...stream,
    encoderLatency: algorithmOf(settings).encoder
      ? measureEncoder(chip, settings, vectors.words, latency)
      : undefined,
    waferInterval: stream.mismatches === 0 ? 1 : undefined,
    commitAccepted,
    readBack,
    divergence,
    timing: chip.timing,
  };
}

/** The Verilog of a chip, ready to run. */
export function loadChip(
  description: ChipDescription,
  files: ReadonlyMap<string, string> = emitChip(description).files,
  options: Pick<LoadOptions, 'lanes' | 'keepAll'> = {},
): Promise<Simulator> {
  const sources = [...files].filter(([path]) => path.startsWith('rtl/'));
  return Simulator.load(Object.fromEntries(sources), { ...options, top: description.top, clock: 'clk_i' });
}

/** Reads back what was written: all of the configuration, the first bytes of every block of weights. */
function readBackWrites(bus: I2cMaster, writes: ChipVectors['writes']): ChipRun['readBack'] {
  const command = registerNamed('weight_command').address;
  const weights = registerNamed('weights');
  const last = weights.address + weights.count * weights.stride;
  let bytes = 0;
  let wrong = 0;
  for (const write of writes) {
    if (write.address === command) continue; // reads as 0
    const isWeights = write.address >= weights.address && write.address < last;
    const count = isWeights ? Math.min(WEIGHTS_READ_BACK, write.bytes.length) : write.bytes.length;
    bus.read(write.address, count).forEach((byte, i) => {
      bytes++;
      if (byte !== write.bytes[i]) wrong++;
    });
  }
  return { bytes, wrong };
}

async function streamWafers(
  chip: Simulator,
  latency: number,
  idle: Uint32Array,
  { words, expected }: ChipVectors,
  progress: Progress,
  signal: AbortSignal | undefined,
) {
  const links = idle.length;
  const rows = words.length / links;
  const out = new Uint32Array(rows * ETX);
  // A chip of fewer links than ECON-T has none of the other words.
  const word = new Uint32Array(ETX);
  const outputs = chip.getWords('link_o').length;
  const marked = words[0] >>> 28 === ORBIT_HEADER;
  let mismatches = 0;
  let equalRows = 0;
  let firstWrong: number | undefined;
  let chipLatency: number | undefined;
  const begun = performance.now();
  progress.start('simulate', rows, 'BX');
  for (let edges = 1; edges <= rows + latency; edges++) {
    const row = edges - 1;
    chip.set('link_i', row < rows ? words.subarray(row * links, (row + 1) * links) : idle);
    chip.step();
    chip.getWords('link_o', word);
    // Only the counter of BX 0, of 4 or of 5 bits, begins with four ones.
    if (marked && chipLatency === undefined && word[0] >>> 28 === 15) chipLatency = edges;
    const ready = edges - latency;
    if (ready >= 0 && ready < rows) {
      out.set(word, ready * ETX);
      let wrong = 0;
      for (let j = 0; j < ETX; j++) wrong += bitCount(word[j] ^ expected[ready * ETX + j]);
      mismatches += wrong;
      if (wrong === 0) equalRows++;
      else firstWrong ??= ready;
    }
    if (edges % 64 === 0) {
      progress.update(edges);
      // Lets a Ctrl-C be noticed.
      await new Promise((resolve) => setImmediate(resolve));
      signal?.throwIfAborted();
    }
  }
  progress.stop(mismatches === 0 ? `${rows} of ${rows} equal` : `${rows - equalRows} rows differ`);
  const seconds = (performance.now() - begun) / 1000;
  return {
    rows,
    equalRows,
    bits: rows * outputs * 32,
    mismatches,
    firstWrong,
    chipLatency,
    words: out,
    cyclesPerSecond: (rows + latency) / seconds,
  };
}

/**
 * BX from the normalised image to the latents: the shift between the two signals at which both carry the values of
 * the same wafers.
 */
function measureEncoder(
  chip: Simulator,
  settings: ChipSettings,
  words: Uint32Array,
  latency: number,
): number | undefined {
  const { cells, links } = inputFormat(settings);
  const rows = Math.min(FOLLOWED, words.length / links);
  const layers = Array.from({ length: rows }, (_, row) => referenceLayers(settings, words, row));
  const image: bigint[] = [];
  const latents: bigint[] = [];
  for (let edges = 1; edges <= rows + latency; edges++) {
    const row = Math.min(edges, rows) - 1;
    chip.set('link_i', words.subarray(row * links, (row + 1) * links));
    chip.step();
    try {
      image.push(chip.peek('u_normaliser.x_q'));
      latents.push(chip.peek('u_encoder.latents_q'));
    } catch (error) {
      // An encoder that looks at some cells only has no register for the others.
      if (error instanceof EconError && error.code === 'simulation/removed') return undefined;
      throw error;
    }
  }
  const x = layers.map((layer) =>
    joined(layer.normaliser.slice(0, cells), new Array<number>(cells).fill(INPUT_BITS)),
  );
  const widths = fieldWidths(settings.weights.shape.latents);
  const y = layers.map((layer) => joined(layer.dense, widths));
  const shown = (trace: readonly bigint[], series: readonly bigint[]): number =>
    trace.findIndex((_, at) => series.every((value, i) => trace[at + i] === value));
  const from = shown(image, x);
  const to = shown(latents, y);
  return from < 0 || to < 0 ? undefined : to - from;
}

/** Values side by side, the first one lowest. */
function joined(values: readonly bigint[], widths: readonly number[]): bigint {
  let at = 0;
  return values.reduce((all, value, i) => {
    const shifted = value << BigInt(at);
    at += widths[i];
    return all | shifted;
  }, 0n);
}
