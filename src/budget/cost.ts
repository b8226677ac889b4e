import { EconError, type In, mm2, type Progress } from '../base/index.js';
import { type ChipDescription, plannedFlipFlops } from '../chips/index.js';
import type { WaferBatch } from '../dataset/index.js';
import type { Model } from '../model/index.js';
import { assumedActivity, type BlockActivity } from './activity.js';
import { type BlockCount, countBlocks } from './hierarchy.js';
import { type MeasuredActivity, type MeasuredSwitching, measureActivity } from './measured-activity.js';
import { type Synthesis, synthesise } from './synthesis.js';
import { isStorage, lowPower65, type Technology } from './technology.js';

/** Estimated figures of a block, everything inside included. */
export interface BlockCost extends Omit<BlockCount, 'gates' | 'children'> {
  /** Flip-flops of the chip description; undefined below the first level. */
  readonly planned?: number;
  /** Of the standard cells. */
  readonly cellArea: In<'um2'>;
  /** Placed: cells / utilisation. */
  readonly area: In<'mm2'>;
  /** Per BX, one wafer. */
  readonly energy: EnergyParts;
  /** At the technology's clock. */
  readonly power: In<'mW'>;
  readonly children: readonly BlockCost[];
}

export interface EnergyParts {
  /** Signals that change, logic and flip-flop outputs. */
  readonly switching: In<'pJ'>;
  /** Clock pins of the flip-flops and the clock tree. */
  readonly clock: In<'pJ'>;
  readonly leakage: In<'pJ'>;
  readonly total: In<'pJ'>;
}

/** Plain data: JSON.stringify is its file form. */
export interface ChipCost {
  readonly technology: string;
  /** How the numbers came about, one sentence each. */
  readonly methods: readonly string[];
  /** Switching of the encoder's gates; empty without a stimulus. */
  readonly switching: readonly MeasuredSwitching[];
  /** The whole design. */
  readonly chip: BlockCost;
  /** The blocks that the published autoencoder block consists of, together. */
  readonly encoder: Omit<BlockCost, 'children' | 'path' | 'module' | 'instances'>;
  readonly encoderBlocks: readonly string[];
  /** Synthesised = planned, for each block and for the chip. */
  readonly flipFlopsAsPlanned: boolean;
  /** Encoder area if each of its gates took as much as in the published block (2.88 mm2, 780,000 gates). */
  readonly encoderAreaByPublishedDensity: In<'mm2'>;
  /** Seconds of Yosys; 0 when all results came from the cache. */
  readonly synthesisSeconds: number;
}

export interface CostOptions {
  readonly technology?: Technology;
  /** Signal changes per gate and BX. @default measured when there is a stimulus, else assumedActivity */
  readonly activity?: BlockActivity;
  /** A trained model and wafers, to measure the switching of the encoder's gates with. */
  readonly stimulus?: { readonly model: Model; readonly batch: WaferBatch };
  /** Instances below the top that count as the encoder block. @default converter, encoder, weights, I2C */
  readonly encoderBlocks?: readonly string[];
  /** Result cache of Yosys, see runYosys. */
  readonly cache?: string | false;
  readonly progress?: Progress;
}

/** The parts of the published block: converter (normaliser), encoder, I2C peripheral with the weights. */
export const publishedBlockParts: readonly string[] = [
  'u_normaliser',
  'u_encoder',
  'u_weight_memory',
  'u_i2c_target',
];

/** Published: 780,000 gates on 2.88 mm2 (domain facts, section 4). */
const PUBLISHED_AREA_PER_GATE = 2.88 / 780_000;

/**
 * What the emitted chip costs: gates and flip-flops from synthesis, area and energy from a model of a 65 nm process.
 *
 * @param files Verilog of the design, as emitChip gives it
 * @throws EconError eda/... when synthesis fails, budget/unknown-gate
 */
export async function measureCost(
  files: ReadonlyMap<string, string>,
  description: ChipDescription,
  options: CostOptions = {},
): Promise<ChipCost> {
  const { cache, progress, stimulus } = options;
  const synthesis = await synthesise(files, description.top, { cache, progress });
  const measured = stimulus && (await measureActivity(synthesis, stimulus.model, stimulus.batch));
  return costOf(synthesis, description, options, measured);
}

/** The estimates from a synthesis result, and from the switching of its gates when that was measured. */
export function costOf(
  synthesis: Synthesis,
  description: ChipDescription,
  options: Omit<CostOptions, 'stimulus'> = {},
  measured?: MeasuredActivity,
): ChipCost {
  const { technology: cells = lowPower65, encoderBlocks = publishedBlockParts } = options;
  const { detector } = description.options;
  const technology = detector ? { ...cells, clock: detector.clockMHz } : cells;
  const activity = options.activity ?? measured ?? assumedActivity;
  const planned = plannedFlipFlops(description);
  const plan = (path: string): number | undefined =>
    path === '' ? planned.total : planned.perBlock.get(path);
  const chip = estimate(countBlocks(synthesis, 2), technology, activity, plan);
  const parts = chip.children.filter((block) => encoderBlocks.includes(block.path));
  const encoder = together(parts);
  return {
    technology: technology.name,
    methods: methods(technology, activity, synthesis),
    switching: measured?.modules ?? [],
    chip,
    encoder,
    encoderBlocks,
    flipFlopsAsPlanned:
      chip.flipFlops === chip.planned &&
      chip.children.every((block) => block.planned === undefined || block.flipFlops === block.planned),
    encoderAreaByPublishedDensity: (encoder.logic + encoder.flipFlops) * PUBLISHED_AREA_PER_GATE,
    synthesisSeconds: synthesis.seconds,
  };
}

function estimate(
  block: BlockCount,
  technology: Technology,
  activity: BlockActivity,
  plan: (path: string) => number | undefined,
): BlockCost {
  const { gates, children: inside, ...counts } = block;
  const children = inside.map((child) => estimate(child, technology, activity, plan));
  let cellArea = 0;
  for (const [gate, count] of Object.entries(gates)) cellArea += count * gateArea(technology, gate);
  // Energy is added up from below, because blocks differ in activity; what is in no listed child is glue.
  const own = { ...gates };
  for (const child of inside) for (const [gate, count] of Object.entries(child.gates)) own[gate] -= count;
  const changes = activity.changes(block.path, block.module);
  const energy = addEnergy([energyOf(own, changes, technology), ...children.map((c) => c.energy)]);
  return {
    ...counts,
    planned: plan(block.path),
    cellArea,
    area: mm2(cellArea / technology.utilisation),
    energy,
    power: (energy.total * technology.clock) / 1000,
    children,
  };
}

/** pJ per BX of these gates, whose outputs change so often in a BX. */
function energyOf(
  gates: Readonly<Record<string, number>>,
  changes: number,
  technology: Technology,
): EnergyParts {
  const { supply, netLoad, internalCapacitance, clockPin, clockTree, leakage, clock, gateEquivalent } =
    technology;
  let switched = 0; // fF that change voltage, per change of every gate
  let flipFlops = 0;
  let equivalents = 0;
  for (const [gate, count] of Object.entries(gates)) {
    const size = gateArea(technology, gate) / gateEquivalent;
    switched += count * (netLoad + internalCapacitance * size);
    equivalents += count * size;
    if (isStorage(gate)) flipFlops += count;
  }
  const volts = supply * supply;
  const parts = {
    switching: (0.5 * switched * changes * volts) / 1000,
    clock: (flipFlops * clockPin * (1 + clockTree) * volts) / 1000,
    leakage: (equivalents * leakage) / clock / 1000,
  };
  return { ...parts, total: parts.switching + parts.clock + parts.leakage };
}

function gateArea(technology: Technology, gate: string): In<'um2'> {
  const area = technology.area[gate];
  if (area !== undefined) return area;
  throw new EconError({
    code: 'budget/unknown-gate',
    where: technology.name,
    what: `the area of gate ${gate} is not known.`,
    remedy:
      'Add it to the technology, or remove the construct that needs it (a latch, a tri-state) from the Verilog.',
  });
}

function addEnergy(parts: readonly EnergyParts[]): EnergyParts {
  const sum = (key: keyof EnergyParts): number => parts.reduce((total, part) => total + part[key], 0);
  return { switching: sum('switching'), clock: sum('clock'), leakage: sum('leakage'), total: sum('total') };
}

function together(blocks: readonly BlockCost[]): ChipCost['encoder'] {
  const sum = (of: 'logic' | 'flipFlops' | 'planned' | 'cellArea' | 'area' | 'power'): number =>
    blocks.reduce((n, block) => n + (block[of] ?? 0), 0);
  return {
    logic: sum('logic'),
    flipFlops: sum('flipFlops'),
    planned: sum('planned'),
    cellArea: sum('cellArea'),
    area: sum('area'),
    energy: addEnergy(blocks.map((b) => b.energy)),
    power: sum('power'),
  };
}

function methods(technology: Technology, activity: BlockActivity, synthesis: Synthesis): string[] {
  const { utilisation, supply, netLoad, internalCapacitance, clockPin, clockTree, corner, leakage, clock } =
    technology;
  return [
    `Gates and flip-flops: measured by Yosys, each distinct block once (${synthesis.recipe}).`,
    `Area: estimate; ${technology.name}, cell sizes of docs/cost-model.md, ${100 * utilisation} % utilisation.`,
    `Energy of signals: estimate; ${netLoad} fF per net and ${internalCapacitance} fF per gate equivalent at ${supply} V; ${activity.method}`,
    `Energy of the clock: estimate; ${clockPin} fF per flip-flop and as much times ${clockTree} for the tree, every flip-flop clocked in every BX.`,
    `Leakage: estimate; ${leakage} nW per gate equivalent, ${corner}. Power: energy x ${clock} MHz.`,
  ];
}
