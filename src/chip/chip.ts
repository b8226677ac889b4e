import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { EconError, packageRoot, readText, sha256, version } from '../base/index.js';
import type { FileSet } from '../verilog/index.js';
import {
  type BuildContext,
  type ChipBlock,
  type ChipOptions,
  copies,
  defaultChipOptions,
  type StateBits,
} from './build.js';
import { calibrationBlock } from './calibration/verilog.js';
import { encoderBlock } from './encoder/verilog.js';
import { floatToFixedBlock } from './float-to-fixed/verilog.js';
import { formatterBlock } from './formatter/verilog.js';
import { I2C_TIMEOUT_BITS } from './i2c/parameters.js';
import { i2cBlock } from './i2c/verilog.js';
import { linkInputBlock } from './link-input/verilog.js';
import { muxBlock } from './mux/verilog.js';
import { normaliserBlock } from './normaliser/verilog.js';
import { chipProbes, type Probe } from './probes.js';
import { registersBlock } from './registers/verilog.js';
import { emitTop } from './top.js';
import { weightMemoryBlock } from './weight-memory/verilog.js';

const resetSyncBlock: ChipBlock = {
  name: 'reset-sync',
  instance: 'u_reset_sync',
  module: 'econ_reset_sync',
  latency: 0,
  state: () => [{ what: 'synchroniser', bits: 2, kind: 'control' }],
};

/** All blocks, data path first, in the order of the data. */
const blocks: readonly ChipBlock[] = [
  linkInputBlock,
  muxBlock,
  floatToFixedBlock,
  calibrationBlock,
  normaliserBlock,
  encoderBlock,
  formatterBlock,
  weightMemoryBlock,
  registersBlock,
  i2cBlock,
  resetSyncBlock,
];

/** A block as downstream rooms see it. */
export interface BlockDescription {
  readonly name: string;
  readonly instance: string;
  readonly module: string;
  /** BX from the block's input to its output; 0 beside the data path. */
  readonly latency: number;
  readonly state: readonly StateBits[];
  /** Flip-flops with all TMR copies. */
  readonly flipFlops: number;
}

/** Plain data that says what chip to build; everything downstream reads only this. */
export interface ChipDescription {
  readonly top: 'econ_chip';
  readonly options: ChipOptions;
  readonly blocks: readonly BlockDescription[];
  /** BX from link_i to link_o: the packet of the wafer of cycle t stands on link_o in cycle t + latency. */
  readonly latency: number;
  readonly generator: string;
  /** SHA-256 over generator and options: equal hashes give equal Verilog. */
  readonly hash: string;
}

/**
 * Describes a chip.
 * @throws EconError chip/bad-option
 */
export function describeChip(options: Partial<ChipOptions> = {}): ChipDescription {
  const all: ChipOptions = { ...defaultChipOptions, ...options };
  checkOptions(all);
  const generator = `econ ${version}`;
  const list = blocks.map((block): BlockDescription => {
    const state = block.state(all);
    return {
      name: block.name,
      instance: block.instance,
      module: block.module,
      latency: block.latency,
      state,
      flipFlops: state.reduce((n, s) => n + s.bits * copies(all, s.kind), 0),
    };
  });
  return {
    top: 'econ_chip',
    options: all,
    blocks: list,
    latency: list.reduce((n, b) => n + b.latency, 0),
    generator,
    hash: sha256(JSON.stringify([generator, all.arithmetic, all.tmr, all.weights, all.i2cTimeoutBits])),
  };
}

function checkOptions(options: ChipOptions): void {
  const allowed: [keyof ChipOptions, readonly unknown[]][] = [
    ['arithmetic', ['econt', 'exact']],
    ['tmr', ['none', 'weights', 'registers']],
    ['weights', ['reloadable']],
  ];
  for (const [key, values] of allowed) {
    if (values.includes(options[key])) continue;
    throw new EconError({
      code: 'chip/bad-option',
      where: `chip option ${key}`,
      what: `${JSON.stringify(options[key])} is not one of ${values.join(', ')}.`,
      remedy: 'Choose one of them.',
    });
  }
  const bits = options.i2cTimeoutBits;
  if (!Number.isInteger(bits) || bits < I2C_TIMEOUT_BITS.least || bits > I2C_TIMEOUT_BITS.most) {
    throw new EconError({
      code: 'chip/bad-option',
      where: 'chip option i2cTimeoutBits',
      what: `${bits} is not an integer from ${I2C_TIMEOUT_BITS.least} to ${I2C_TIMEOUT_BITS.most}.`,
      remedy: 'Use 20 (26 ms at 40 MHz) unless a simulation needs less.',
    });
  }
}

/** Flip-flops that must be there after synthesis, per block instance and together. */
export function plannedFlipFlops(description: ChipDescription): {
  readonly total: number;
  readonly perBlock: ReadonlyMap<string, number>;
} {
  const perBlock = new Map(description.blocks.map((b) => [b.instance, b.flipFlops]));
  return { total: description.blocks.reduce((n, b) => n + b.flipFlops, 0), perBlock };
}

/** Registered values inside the chip, for first-divergence reports. */
export function probes(_description: ChipDescription): Probe[] {
  return chipProbes();
}

/** Lines that say where an emitted file comes from; the same everywhere in the world for equal inputs. */
export function provenance(description: ChipDescription): string[] {
  return [`Made by  ${description.generator}, chip description ${description.hash.slice(0, 16)}`];
}

/**
 * Writes the chip as Verilog-2005: emitted modules and the hand-written leaf cells they use.
 * @returns rtl/NAME.v -> text, one module per file
 */
export function emitChip(description: ChipDescription): { readonly files: FileSet } {
  const context: BuildContext = { options: description.options, provenance: provenance(description) };
  const files = new Map<string, string>();
  files.set('rtl/econ_chip.v', emitTop(context, description.latency));
  for (const block of blocks) {
    if (block.emit) files.set(`rtl/${block.module}.v`, block.emit(context));
  }
  for (const [path, text] of leafCellsOf(files)) files.set(path, text);
  return { files: new Map([...files].sort(([a], [b]) => (a < b ? -1 : 1))) };
}

/** The hand-written leaf cells that are shipped with the package. */
export function leafCells(): Map<string, string> {
  const folder = join(packageRoot, 'rtl');
  const names = readdirSync(folder).filter((name) => name.endsWith('.v'));
  return new Map(names.sort().map((name) => [`rtl/${name}`, readText(join(folder, name))]));
}

/** The leaf cells that these modules place, directly or by way of other leaf cells. */
export function leafCellsOf(modules: ReadonlyMap<string, string>): Map<string, string> {
  const all = leafCells();
  const used = new Map<string, string>();
  const visit = (text: string): void => {
    for (const [, module] of text.matchAll(/^\s*(econ_\w+)\s+(?:#\(|u_)/gm)) {
      const path = `rtl/${module}.v`;
      const cell = all.get(path);
      if (cell === undefined || used.has(path)) continue;
      used.set(path, cell);
      visit(cell);
    }
  };
  for (const text of modules.values()) visit(text);
  return used;
}
