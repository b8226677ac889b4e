import { type ChipSettings, inputFormat } from '../../blocks/index.js';
import { type ChipDescription, type ChipVectors, chipRegisters, registerNamed } from '../../chips/index.js';
import type { Simulator, Snapshot, StateWord, UpsetRecording, UpsetRun } from '../../netlist-sim/index.js';
import { loadChip } from '../chip-run.js';
import { configure, emptyBuffer } from '../configure.js';
import { I2cMaster } from '../i2c-master.js';

/**
 * What the chip does while upsets strike. 'stream': a wafer in every BX, the bus at rest. 'bus': the same, and the host
 * writes registers, reads them back, loads weights and commits them.
 */
export const upsetScenes = ['stream', 'bus'] as const;
export type UpsetScene = (typeof upsetScenes)[number];

export interface RecordedScene {
  readonly run: UpsetRun;
  readonly recording: UpsetRecording;
  /** Clocks of the scene. */
  readonly clocks: number;
}

export interface UpsetJob {
  readonly description: ChipDescription;
  readonly settings: ChipSettings;
  readonly vectors: ChipVectors;
}

/** Clocks between two states that are kept of the undisturbed run. */
const EVERY = 512;
/** Clocks of a scene without a bus. */
const STREAM = 4096;
/** Bytes of weights that the host loads, from the beginning of the first block. */
const LOADED = 16;

/** Outputs of a chip that are compared. */
export const upsetOutputs = ['link_o', 'sda_oe_o'];

/**
 * Configures the chip and records a scene of it.
 * @param watch clocks for which an upset is followed at most
 * @param rest clocks after which a difference that stays silent and the same is taken to stay
 */
export async function upsetScene(
  job: UpsetJob,
  scene: UpsetScene,
  limits: { readonly watch: number; readonly rest: number },
): Promise<RecordedScene> {
  const chip = await loadChip(job.description, undefined, { lanes: 4, keepAll: true });
  const { idle } = configure(chip, job);
  if (job.description.options.econt) emptyBuffer(chip, idle);
  const host = new RecordedHost(chip, job.vectors.words, inputFormat(job.settings).links);
  if (scene === 'bus') useBus(host, job);
  host.step(scene === 'bus' ? limits.watch : Math.max(STREAM, 2 * limits.watch));
  const recording: UpsetRecording = {
    inputs: ['link_i', 'scl_i', 'sda_i'],
    outputs: upsetOutputs,
    line: { input: 'sda_i', output: 'sda_oe_o' },
    rows: host.rows(),
    checkpoints: host.checkpoints,
    every: EVERY,
    tally: tallyOf(job.description),
    ...limits,
  };
  return { run: chip.upsets(recording), recording, clocks: host.clocks };
}

function tallyOf({ options }: ChipDescription): (word: StateWord) => boolean {
  const signals = chipRegisters(options).flatMap((r) =>
    r.storage === 'counter' && r.signal ? [r.signal] : [],
  );
  const names = new RegExp(`^u_registers\\.u_(${signals.join('|')})_count\\.`);
  return ({ name }) => names.test(name);
}

/** The pins of a chip with a wafer in every clock; everything that they carry is kept. */
class RecordedHost {
  readonly checkpoints: Snapshot[] = [];
  private readonly kept: number[] = [];
  private scl = 1;
  private line = 1;
  clocks = 0;

  constructor(
    private readonly chip: Simulator,
    private readonly words: Uint32Array,
    private readonly links: number,
  ) {}

  set(port: string, value: unknown): void {
    if (port === 'scl_i') this.scl = Number(value);
    else if (port === 'sda_i') this.line = Number(value);
  }

  get(port: string): number {
    return this.chip.get(port);
  }

  step(clocks = 1): void {
    const { chip, links, words } = this;
    for (let i = 0; i < clocks; i++) {
      if (this.clocks % EVERY === 0) this.checkpoints.push(chip.snapshot());
      const row = (this.clocks % (words.length / links)) * links;
      const wafer = words.subarray(row, row + links);
      // The line is low because the chip pulls, or because the host does: only that is the host's.
      const host = this.line === 0 && chip.get('sda_oe_o') === 0 ? 0 : 1;
      chip.set('link_i', wafer);
      chip.set('scl_i', this.scl);
      chip.set('sda_i', this.line);
      chip.step();
      for (const word of wafer) this.kept.push(word);
      this.kept.push(this.scl, host);
      this.clocks++;
    }
  }

  rows(): Uint32Array {
    return Uint32Array.from(this.kept);
  }
}

/** What a host does in a run: registers written and read back, weights loaded with their CRC, and committed. */
function useBus(host: RecordedHost, { vectors }: UpsetJob): void {
  const bus = new I2cMaster(host);
  const weights = registerNamed('weights');
  const command = registerNamed('weight_command').address;
  const loads = vectors.writes.some(({ address }) => address === command);
  for (const { address, bytes } of vectors.writes) {
    if (address === command) continue;
    const part = bytes.subarray(0, address >= weights.address ? 0 : LOADED);
    if (part.length === 0) continue;
    bus.write(address, part);
    bus.read(address, Math.min(4, part.length));
  }
  if (!loads) return;
  const first = vectors.writes.find(({ address }) => address === weights.address);
  if (first) bus.write(first.address, first.bytes.subarray(0, LOADED));
  bus.write(command, Uint8Array.of(1));
  for (let i = 0; i < 4; i++) bus.read(registerNamed('weight_status').address, 1);
}
