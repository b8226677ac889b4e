import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { EconError, packageRoot, readText, sha256, version } from '../base/index.js';
import {
  type AlgorithmName,
  algorithmLatency,
  algorithmOf,
  algorithms,
  type BuildContext,
  type ChipBlock,
  type ChipOptions,
  componentOf,
  defaultChipOptions,
  defaultEcontOptions,
  type EcontOptions,
  ETX,
  I2C_TIMEOUT_BITS,
  includedAlgorithms,
  MOST_MUX_INPUTS,
} from '../blocks/index.js';
import { detectorOf } from '../detector/index.js';
import { encoderShape, imageCells } from '../encoder/index.js';
import { copies, type FileSet, type StateBits, withPrefix } from '../hdl/index.js';
import { chipBlocks } from './blocks.js';
import { type Probe, probesOf } from './probes.js';
import { topBlock } from './top.js';

/** A block as downstream rooms see it. */
export interface BlockDescription extends Pick<ChipBlock, 'name' | 'instance' | 'module' | 'latency'> {
  /** Bits of the widest output. */
  readonly outputBits: number;
  readonly state: readonly StateBits[];
  /** Flip-flops with all TMR copies. */
  readonly flipFlops: number;
}

/** Plain data that says what chip to build; everything downstream reads only this. */
export interface ChipDescription {
  readonly top: 'econ_chip';
  readonly options: ChipOptions;
  readonly blocks: readonly BlockDescription[];
  /** BX from link_i to link_o: the packet of the wafer of cycle t stands on link_o in cycle t + latency. Of several
   * algorithms that of the slowest; chipLatency has that of each. */
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
  const all: ChipOptions = { ...defaultChipOptions, ...options, ...ordered(options.econt) };
  checkOptions(all);
  const generator = `econ ${version}`;
  const list = chipBlocks(all).map((block): BlockDescription => {
    const state = block.state(all);
    const outputs = componentOf(block, all).ports.filter((p) => p.direction === 'output');
    const { name, instance, module, latency } = block;
    return {
      name,
      instance,
      module,
      latency,
      outputBits: Math.max(...outputs.map(({ width }) => width)),
      state,
      flipFlops: state.reduce((n, s) => n + s.bits * copies(all, s.kind), 0),
    };
  });
  return {
    top: 'econ_chip',
    options: all,
    blocks: list,
    latency: Math.max(...includedAlgorithms(all).map((a) => algorithmLatency(a, all))),
    generator,
    hash: sha256(
      JSON.stringify([
        generator,
        all.arithmetic,
        all.tmr,
        all.weights,
        all.i2cTimeoutBits,
        all.shape,
        ...(all.detector ? [all.detector] : []),
        ...(all.econt ? [all.econt.algorithms, all.econt.generation, all.econt.stcTie] : []),
      ]),
    ),
  };
}

/** BX from link_i to link_o with this algorithm selected. */
export function chipLatency(description: ChipDescription, algorithm: AlgorithmName): number {
  return algorithmLatency(algorithmOf({ algorithm }), description.options);
}

/** Algorithms once each, in the order of alg_type, so that equal chips have equal Verilog. */
function ordered(econt: EcontOptions | undefined): Pick<ChipOptions, 'econt'> {
  if (!econt) return {};
  const known = algorithms.names();
  const unknown = econt.algorithms.filter((a) => !known.includes(a));
  return {
    econt: { ...econt, algorithms: [...known.filter((a) => econt.algorithms.includes(a)), ...unknown] },
  };
}

function checkOptions(options: ChipOptions): void {
  const { arithmetic, tmr, weights, econt } = options;
  const choices: [string, unknown, readonly unknown[]][] = [
    ['arithmetic', arithmetic, ['econt', 'exact']],
    ['tmr', tmr, ['none', 'weights', 'registers']],
    ['weights', weights, ['reloadable']],
  ];
  if (econt) {
    choices.push(
      ['econt.generation', econt.generation, ['P1', 'production']],
      ['econt.stcTie', econt.stcTie, ['highest', 'lowest']],
    );
    // None at all is as wrong as an unknown one.
    for (const algorithm of econt.algorithms.length > 0 ? econt.algorithms : ['none'])
      choices.push(['econt.algorithms', algorithm, defaultEcontOptions.algorithms]);
  }
  for (const [key, value, values] of choices) {
    if (values.includes(value)) continue;
    throw badOption(
      key,
      `${JSON.stringify(value)} is not one of ${values.join(', ')}.`,
      'Choose one of them.',
    );
  }
  const streams = includedAlgorithms(options).filter(({ receiver }) => receiver.kind === 'stream');
  if (streams.length > 1) {
    const names = streams.map(({ name }) => name).join(' and ');
    const what = `${names} send packets of any length; a chip has one buffer for them.`;
    throw badOption('econt.algorithms', what, 'Include one of them.');
  }
  checkDetector(options);
  const bits = options.i2cTimeoutBits;
  const { least, most } = I2C_TIMEOUT_BITS;
  if (Number.isInteger(bits) && bits >= least && bits <= most) return;
  const what = `${bits} is not an integer from ${least} to ${most}.`;
  throw badOption('i2cTimeoutBits', what, 'Use 20 (26 ms of HGCAL) unless a simulation needs less.');
}

function badOption(option: string, what: string, remedy: string): EconError {
  return new EconError({ code: 'chip/bad-option', where: `chip option ${option}`, what, remedy });
}

/** @throws EconError detector/not-for-chip with what the chip cannot serve of a detector */
function checkDetector({ detector, econt, shape }: ChipOptions): void {
  const { name, cells, sum, links } = detectorOf(detector);
  const image = imageCells(encoderShape(shape));
  const limits: [boolean, string][] = [
    [
      econt !== undefined,
      `a whole ECON-T packs the cells of HGCAL; for ${name} there is the autoencoder alone`,
    ],
    [
      cells > MOST_MUX_INPUTS,
      `${cells} cells are more than the ${MOST_MUX_INPUTS} that a select of its mux names`,
    ],
    [sum.name !== '5E4M', `its packets have a module sum 5E4M, not ${sum.name}`],
    [links.bits !== 32, `its link words have 32 bits in a BX, not ${links.bits}`],
    [links.count > ETX, `it has at most ${ETX} output links, not ${links.count}`],
  ];
  const wrong = [
    ...(detector ? limits : []),
    [image !== cells, `its encoder takes ${image} cells, a module of ${name} has ${cells}`] as const,
  ].find(([holds]) => holds);
  if (!wrong) return;
  throw new EconError({
    code: 'detector/not-for-chip',
    where: `chip for ${name}`,
    what: `${wrong[1]}.`,
    remedy: 'docs/detectors.md says which detectors the chip serves.',
  });
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
export function probes(description: ChipDescription, algorithm?: AlgorithmName): Probe[] {
  const { options } = description;
  const of = algorithm === undefined ? includedAlgorithms({}).at(0)! : algorithmOf({ algorithm });
  return probesOf(of, chipLatency(description, of.name), options);
}

/** Lines that say where an emitted file comes from; the same everywhere in the world for equal inputs. */
export function provenance(description: ChipDescription): string[] {
  return [`Made by  ${description.generator}, chip description ${description.hash.slice(0, 16)}`];
}

/**
 * Writes the chip as Verilog-2005: emitted modules and the hand-written leaf cells they use.
 * @param prefix goes before every module and file name, leaf cells too, so that two chips can be in one design
 * @returns rtl/NAME.v -> text, one module per file
 */
export function emitChip(
  description: ChipDescription,
  { prefix = '' }: { readonly prefix?: string } = {},
): { readonly files: FileSet } {
  const { options } = description;
  const context: BuildContext = { options, provenance: provenance(description) };
  const files = new Map<string, string>();
  for (const { module, emit } of [topBlock, ...chipBlocks(options)])
    if (emit) files.set(`rtl/${module}.v`, emit(context));
  for (const [path, text] of leafCellsOf(files)) files.set(path, text);
  return { files: new Map([...prefixed(files, prefix)].sort(([a], [b]) => (a < b ? -1 : 1))) };
}

/** Files with a prefix before the names of all modules in them. @throws EconError chip/bad-option */
export function prefixed(files: FileSet, prefix: string): FileSet {
  if (prefix === '') return files;
  checkPrefix(prefix);
  return withPrefix(files, prefix);
}

/** @throws EconError chip/bad-option when it does not begin a name of Verilog */
export function checkPrefix(prefix: string): void {
  if (/^[a-z_]\w{0,63}$/i.test(prefix)) return;
  const what = `${JSON.stringify(prefix.slice(0, 80))} does not begin the name of a Verilog module.`;
  throw badOption('prefix', what, 'Use up to 64 letters, digits and _, a letter first, such as left_.');
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
