import {
  type AlgorithmName,
  type ChipSettings,
  defaultEcontOptions,
  defaultSettings,
  econtInput,
  hasEncoder,
  LINK_RESET_ROWS,
  ORBIT_HEADER,
} from '../blocks/index.js';
import { chipLatency, chipWrites, createEmulator, describeChip } from '../chips/index.js';
import { readLinkWords } from '../dataset/index.js';
import type { Model } from '../model/index.js';
import { type PackageTask, vectorWafers } from './model-package.js';
import { linkWords, settingsForModel } from './steps/model-on-chip.js';
import { type ChipJob, cycle } from './steps/rtl.js';

export interface EcontTask extends PackageTask {
  /** Algorithms that the chip includes. @default all */
  readonly algorithms?: readonly AlgorithmName[];
  /** Registers to load; those of the model; else reset values with the first algorithm selected. */
  readonly settings?: ChipSettings;
  readonly model?: Model;
  /** A file of link words that come in instead of wafers. */
  readonly words?: string;
}

/**
 * A whole ECON-T, its registers, words that go in and what must come out.
 * @throws EconError chip/..., dataset/... for files that cannot be read, chip/not-in-this-chip
 */
export async function econtJob(task: EcontTask): Promise<ChipJob> {
  const { algorithms = defaultEcontOptions.algorithms, tmr, bx } = task;
  const settings = settingsOf(task, algorithms);
  const { generation, stcTie, arithmetic } = settings;
  const { shape } = settings.weights;
  const econt = { algorithms, generation, stcTie };
  const description = describeChip({
    arithmetic,
    tmr,
    econt,
    ...(hasEncoder({ econt }) ? { shape } : {}),
  });
  const writes = chipWrites(description.options, settings);
  const words = await inputWords(task, settings, bx);
  const emulator = createEmulator(settings);
  // The link reset before row 0 begins an orbit; a first row without a header of its own counts on from there.
  if (words[0] >>> 28 !== ORBIT_HEADER) emulator.nextBunch = LINK_RESET_ROWS;
  const latency = chipLatency(description, settings.algorithm);
  return { description, settings, vectors: { writes, words, expected: emulator.run(words), latency } };
}

/** The one with the lowest number in alg_type. */
function firstOf(algorithms: readonly AlgorithmName[]): AlgorithmName {
  return defaultEcontOptions.algorithms.find((name) => algorithms.includes(name)) ?? algorithms[0];
}

function settingsOf({ settings, model }: EcontTask, algorithms: readonly AlgorithmName[]): ChipSettings {
  if (settings !== undefined) return settings;
  if (model !== undefined) return settingsForModel(model);
  return { ...defaultSettings('production'), algorithm: firstOf(algorithms) };
}

async function inputWords(task: EcontTask, settings: ChipSettings, bx: number): Promise<Uint32Array> {
  if (task.words === undefined) return linkWords(cycle(await vectorWafers(task), bx), settings);
  const { words } = await readLinkWords(task.words);
  return words.subarray(0, bx * econtInput.links);
}
