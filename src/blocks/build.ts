import type { Arithmetic, EncoderShape } from '../encoder/index.js';
import { usedBlocks, WEIGHT_BLOCKS } from '../encoder/index.js';
import { type ModuleSource, printModule } from '../hdl/index.js';
import { ALGORITHMS, type Algorithm, type Generation } from './settings.js';

/**
 * Which state is kept three times: 'none'; 'weights': configuration, active weights and all control, so that no single
 * upset erases, commits or misdirects anything; 'registers': all state of the chip.
 */
export type TmrMode = 'none' | 'weights' | 'registers';

/** What can be chosen when the chip is built; everything else is in its registers. */
export interface ChipOptions {
  readonly arithmetic: Arithmetic;
  readonly tmr: TmrMode;
  /** Weights come over I2C. */
  readonly weights: 'reloadable';
  /** An I2C transaction without an SCL edge for 2^bits - 1 clocks is abandoned; 20 bits are 26 ms. 8..24. */
  readonly i2cTimeoutBits: number;
  /** The encoder to build; left out, ECON-T's own. */
  readonly shape?: EncoderShape;
  /** The whole ECON-T; left out, the chip has the autoencoder only and the registers that it needs. */
  readonly econt?: EcontOptions;
}

/** What can be chosen of the whole ECON-T. */
export interface EcontOptions {
  /** Algorithms that the chip includes, any subset; register alg_type selects one of them. */
  readonly algorithms: readonly Algorithm[];
  /** Packets of which generation: in address maps of 'P1' cell 0 comes first, in those of 'production' cell 47. */
  readonly generation: Generation;
  /** Which of equal charges in a super trigger cell gives the position. */
  readonly stcTie: 'highest' | 'lowest';
}

/** All five algorithms, as production sends them. */
export const defaultEcontOptions: EcontOptions = {
  algorithms: ALGORITHMS,
  generation: 'production',
  stcTie: 'highest',
};

export const defaultChipOptions: ChipOptions = {
  arithmetic: 'econt',
  tmr: 'weights',
  weights: 'reloadable',
  i2cTimeoutBits: 20,
};

/**
 * pipeline: data of one BX, no reset. control: what decides where things go and when: reset, state machines, I2C,
 * pointers, BX numbers. counter: tallies of events and flags of them, which only the host reads. configuration:
 * registers that the host writes. weights: what the encoder uses. shadow: weights being loaded, guarded by the CRC.
 */
export type StateKind = 'pipeline' | 'control' | 'counter' | 'configuration' | 'weights' | 'shadow';

/** Kinds that are kept three times in each mode. A wrong datum lives for one BX, a wrong tally misleads nobody but its
 * reader, and a wrong shadow is found when it is committed; all else stays wrong or spreads. */
const TRIPLICATED: Readonly<Record<TmrMode, readonly StateKind[]>> = {
  none: [],
  weights: ['control', 'configuration', 'weights'],
  registers: ['pipeline', 'control', 'counter', 'configuration', 'weights', 'shadow'],
};

/** Flip-flops of one purpose, counted once (not times the TMR copies). */
export interface StateBits {
  readonly what: string;
  readonly bits: number;
  readonly kind: StateKind;
}

/** Copies of state of this kind: 1 or 3. */
export function copies(options: ChipOptions, kind: StateKind): 1 | 3 {
  return TRIPLICATED[options.tmr].includes(kind) ? 3 : 1;
}

/** Blocks of the weight memory: as many as the encoder's weights fill. */
export function weightBlocks({ shape }: Pick<ChipOptions, 'shape'>): number {
  return shape ? usedBlocks(shape) : WEIGHT_BLOCKS;
}

/** Does a whole ECON-T with these options include the algorithm? */
export function includes(options: ChipOptions, algorithm: Algorithm): boolean {
  return options.econt === undefined
    ? algorithm === 'autoencoder'
    : options.econt.algorithms.includes(algorithm);
}

/** Value of the parameter Triplicate for state of this kind. */
export function triplicate(options: ChipOptions, kind: StateKind): 0 | 1 {
  return copies(options, kind) === 3 ? 1 : 0;
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
  /** Text of the emitted module; undefined when the module is a leaf cell in rtl/. */
  readonly emit?: (context: BuildContext) => string;
}

/** Facts of a module's header, printed in the same shape everywhere. */
export interface ModuleFacts {
  readonly purpose: readonly string[];
  readonly layer: string;
  /** Number formats of inputs and outputs. */
  readonly formats: readonly string[];
  readonly latency: string;
}

/** Prints an emitted module under the common header. */
export function emitModule(
  context: BuildContext,
  facts: ModuleFacts,
  source: Omit<ModuleSource, 'header'>,
): string {
  const header = [
    ...facts.purpose,
    '',
    `Layer    ${facts.layer}`,
    ...facts.formats.map((f, i) => `${i === 0 ? 'Formats' : '       '}  ${f}`),
    `Latency  ${facts.latency}`,
    ...context.provenance,
  ];
  return printModule({ ...source, header });
}
