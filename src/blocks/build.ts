import { join } from 'node:path';
import { packageRoot, readText } from '../base/index.js';
import type { DetectorDescription } from '../detector/index.js';
import { type Arithmetic, type EncoderShape, econtShape, usedBlocks } from '../encoder/index.js';
import {
  type BuiltModule,
  type Component,
  type LeafHeader,
  leafComponent,
  ModuleBuilder,
  moduleText,
  type ParameterValue,
  readLeaf,
  type StateBits,
  type StateCells,
  type TmrMode,
} from '../hdl/index.js';
import type { AlgorithmName, Generation } from './settings.js';

export { copies, type StateBits, type StateKind, type TmrMode, triplicate } from '../hdl/index.js';

/** What can be chosen when the chip is built; everything else is in its registers. */
export interface ChipOptions {
  /** What the charges are of. Left out: HGCAL. */
  readonly detector?: DetectorDescription;
  readonly arithmetic: Arithmetic;
  readonly tmr: TmrMode;
  /** Weights come over I2C. */
  readonly weights: 'reloadable';
  /** An I2C transaction without an SCL edge for 2^bits - 1 clocks is abandoned; 20 bits are 26 ms. 8..24. */
  readonly i2cTimeoutBits: number;
  /** The encoder to build. */
  readonly shape: EncoderShape;
  /** The whole ECON-T; left out, the chip has the autoencoder only and the registers that it needs. */
  readonly econt?: EcontOptions;
}

/** What can be chosen of the whole ECON-T. */
export interface EcontOptions {
  /** Algorithms that the chip includes, any subset; register alg_type selects one of them. */
  readonly algorithms: readonly AlgorithmName[];
  /** Packets of which generation: in address maps of 'P1' cell 0 comes first, in those of 'production' cell 47. */
  readonly generation: Generation;
  /** Which of equal charges in a super trigger cell gives the position. */
  readonly stcTie: 'highest' | 'lowest';
}

export const defaultChipOptions: ChipOptions = {
  arithmetic: 'econt',
  tmr: 'weights',
  weights: 'reloadable',
  i2cTimeoutBits: 20,
  shape: econtShape,
};

/** Blocks of the weight memory: as many as the encoder's weights fill. */
export function weightBlocks({ shape }: Pick<ChipOptions, 'shape'>): number {
  return usedBlocks(shape);
}

/** Value of the register that says how the chip was built. */
export function buildNumber(options: ChipOptions): number {
  const tmr = ['none', 'weights', 'registers'].indexOf(options.tmr);
  return (options.arithmetic === 'exact' ? 1 : 0) | (tmr << 1);
}

/** What emitters need beside their own parameters. */
export interface BuildContext {
  readonly options: ChipOptions;
  /** Lines at the end of every emitted header: generator version and description hash. */
  readonly provenance: readonly string[];
}

/** A block of the chip: one emitted module with one instance. */
export interface ChipBlock {
  /** Room folder, e.g. 'normaliser'. */
  readonly name: string;
  /** Instance in econ_chip, e.g. 'u_normaliser'. */
  readonly instance: string;
  /** Emitted or hand-written module, e.g. 'econ_normaliser'. */
  readonly module: string;
  /** BX from the block's input to its output; 0 for blocks beside the data path. */
  readonly latency: number;
  readonly state: (options: ChipOptions) => readonly StateBits[];
  /** The module as others place it; of a block without it the header of its text says it. */
  readonly component?: (options: ChipOptions) => Component;
  /** Text of the emitted module; undefined when the module is a leaf cell in rtl/. */
  readonly emit?: (context: BuildContext) => string;
}

/** A block of which the whole module is built here: its ports and its state follow from what is built. */
export interface BuiltBlock extends ChipBlock {
  readonly component: (options: ChipOptions) => Component;
  readonly emit: (context: BuildContext) => string;
}

/** The module of a block as others place it. @throws EconError hdl/bad-header */
export function componentOf(block: ChipBlock, options: ChipOptions): Component {
  if (block.component) return block.component(options);
  return leafComponent(readLeaf(block.emit!({ options, provenance: [] })), {});
}

/**
 * A block that is a hand-written cell of rtl/ beside the data path; how its state is kept follows from its kind.
 * @param words of its module and instance, where they are not its name
 */
export function leafBlock(
  name: string,
  state: ChipBlock['state'],
  parameters: (options: ChipOptions) => Readonly<Record<string, ParameterValue>> = () => ({}),
  words = name.replaceAll('-', '_'),
): ChipBlock {
  const module = `econ_${words}`;
  const component = (options: ChipOptions): Component => leaf(module, parameters(options));
  return { name, instance: `u_${words}`, module, latency: 0, state, component };
}

/** What a block says of itself; its module is econ_NAME and its instance u_NAME, with `_` for `-`. */
export interface BlockShape {
  readonly name: string;
  readonly latency: number;
  readonly facts: (options: ChipOptions) => Omit<ModuleFacts, 'latency'> & { readonly latency?: string };
  /** Builds the ports and the body. */
  readonly build: (module: ModuleBuilder, options: ChipOptions) => void;
}

export function builtBlock({ name, latency, facts, build }: BlockShape): BuiltBlock {
  const words = name.replaceAll('-', '_');
  const made = new WeakMap<ChipOptions, BuiltModule>();
  const built = (options: ChipOptions): BuiltModule => {
    const before = made.get(options);
    if (before) return before;
    const module = new ModuleBuilder(`econ_${words}`, options, stateCells);
    build(module, options);
    const finished = module.finish();
    made.set(options, finished);
    return finished;
  };
  return {
    name,
    instance: `u_${words}`,
    module: `econ_${words}`,
    latency,
    component: (options) => built(options).component,
    state: (options) => built(options).state,
    emit: (context) => {
      const { options } = context;
      return moduleText(built(options), header(context, { latency: `${latency} BX`, ...facts(options) }));
    },
  };
}

/** Facts of a module's header, printed in the same shape everywhere. */
export interface ModuleFacts {
  /** Paragraphs, or rows of a table; what is longer than a line is broken. */
  readonly purpose: readonly string[];
  readonly layer: string;
  /** Number formats of inputs and outputs. */
  readonly formats: readonly string[];
  readonly latency: string;
}

/** The comment above every emitted module. */
function header(context: BuildContext, facts: ModuleFacts): string[] {
  return [
    ...facts.purpose,
    '',
    `Layer    ${facts.layer}`,
    ...facts.formats.map((f, i) => `${i === 0 ? 'Formats' : '       '}  ${f}`),
    `Latency  ${facts.latency}`,
    ...context.provenance,
  ];
}

const headers = new Map<string, LeafHeader>();

/**
 * A hand-written cell of rtl/ with these parameters; its ports and their widths are read from its header.
 * @throws EconError base/cannot-read, hdl/no-parameter
 */
export function leaf(module: string, parameters: Readonly<Record<string, ParameterValue>> = {}): Component {
  let header = headers.get(module);
  if (!header) {
    header = readLeaf(readText(join(packageRoot, 'rtl', `${module}.v`)));
    headers.set(module, header);
  }
  return leafComponent(header, parameters);
}

/** What keeps the state of emitted modules. */
export const stateCells: StateCells = {
  pipeline: (width) => leaf('econ_pipeline', { Width: width }),
  register: (width, reset) =>
    leaf('econ_register', { Width: width, ...(reset === undefined ? {} : { ResetValue: reset }) }),
};
