import { readText } from '../../base/index.js';
import { unpackWeights, WEIGHT_BLOCK_BYTES, WEIGHT_BLOCKS, WEIGHT_BYTES } from '../encoder/weights.js';
import { ALL_BITS } from '../formatter/parameters.js';
import { ALGORITHMS, type ChipSettings, defaultSettings, type Generation } from './settings.js';
import { type Entry, readTree, settingError } from './tree.js';

/** Blocks of the chip that do not act on the data path, in any capitals: passed over. */
const OTHER_BLOCKS =
  /^(aligner|ch_?aligner|ch_?err|ch_?eprxgrp|clocksandresets|eprxgrp_?top|err_?top|erx|etx|fctrl|misc|pll)$/i;

/** Fields of blocks we keep that do not act on the data path. */
const OTHER_FIELDS =
  /^(ConfigAlgo\.Global\.(bad_erx_mode|valid_threshold|invalid_threshold|observation_window)|FormatterBuffer\.Global\.(etx_pattern|align_serializer.*))$/;

/** Single registers: path -> largest value. */
const LARGEST: Readonly<Record<string, bigint>> = {
  'ConfigAlgo.Global.alg_type': 4n,
  'ConfigAlgo.Global.alg_high_density': 1n,
  'Algorithm.Global.select': 4n,
  'Algorithm.Global.density': 1n,
  'AlgoDroplsb.Global': 7n,
  'AlgoDroplsb.Global.drop_lsb': 7n,
  'FormatterBuffer.Global.active_etxs': 0x1fffn,
  'FormatterBuffer.Global.buff_t1': 511n,
  'FormatterBuffer.Global.buff_t2': 511n,
  'FormatterBuffer.Global.buff_t3': 31n,
  'FormatterBuffer.Global.stc_type': 4n,
  'FormatterBuffer.Global.use_sum': 1n,
  'FormatterBuffer.Global.idle_pattern': 2047n,
  'FormatterBuffer.Global.link_reset_pattern': 2047n,
  'FormatterBuffer.Global.tx_sync_word': 2047n,
  'FormatterBuffer.Global.keep_auto_encoder_bits': ALL_BITS,
  'FormatterBuffer.Global.mask_ae': (1n << 128n) - 1n,
  'FormatterBuffer.Global.mask_ae2': 0xffffn,
};

const P1_ONLY = /^(Algorithm\.|FormatterBuffer\.Global\.(mask_ae2?|tx_sync_word)$)/;

/** Is this block of a settings file, or field of one, without effect on the data path? */
export function isOtherSetting(path: string): boolean {
  return OTHER_BLOCKS.test(path.split('.')[0]) || OTHER_FIELDS.test(path);
}

/** Registers in an array of 48: block -> largest value. */
const ARRAYS: Readonly<Record<string, bigint>> = { Mux: 63n, Cal: 4095n, AlgoThreshold: (1n << 22n) - 1n };

/** Idle pattern of a file that gives neither idle_pattern nor link_reset_pattern (spec econt-behaviour 8). */
const FALLBACK_IDLE = 290n;

export interface ReadOptions {
  /** Take an autoencoder without weights: for what only looks at its packets. @default false */
  readonly withoutWeights?: boolean;
}

/**
 * Reads a register settings file (init.yaml) of either dialect; missing registers take the power-up value of their
 * generation (spec econt-behaviour 10).
 * @throws EconError naming file and line: not YAML, unknown or out-of-range register, both dialects, weights that are
 *   incomplete, or missing where the algorithm is the autoencoder
 */
export function readSettings(path: string, options: ReadOptions = {}): ChipSettings {
  return parseSettings(readText(path), path, options);
}

/** As readSettings, from text; `name` stands for the file in errors. */
export function parseSettings(text: string, name: string, options: ReadOptions = {}): ChipSettings {
  const entries = readTree(text, name, (block) => OTHER_BLOCKS.test(block));
  const generation = dialect(entries, name);
  const values = new Map<string, bigint>();
  const defaults = defaultSettings(generation);
  const mux = defaults.mux.slice();
  const calibration = defaults.calibration.slice();
  const thresholds = defaults.thresholds.slice();
  const arrays: Record<string, Uint8Array | Uint16Array | Uint32Array> = {
    Mux: mux,
    Cal: calibration,
    AlgoThreshold: thresholds,
  };
  for (const entry of entries) {
    const [block, index, ...rest] = entry.path.split('.');
    if (generation === 'production' && P1_ONLY.test(entry.path)) {
      const remedy = 'Remove it, or use Algorithm instead of ConfigAlgo throughout.';
      throw settingError(
        name,
        entry.line,
        `${entry.path} belongs to the P1 dialect, the file is production.`,
        remedy,
      );
    }
    if (Object.hasOwn(ARRAYS, block) && rest.length === 0 && isIndex(index, 48)) {
      checkRange(entry, ARRAYS[block], name);
      arrays[block][Number(index)] = Number(entry.value);
    } else if (Object.hasOwn(LARGEST, entry.path)) {
      checkRange(entry, LARGEST[entry.path], name);
      values.set(entry.path, entry.value);
    } else if (block !== 'Encoder' && !OTHER_FIELDS.test(entry.path)) {
      throw unknown(entry, name);
    }
  }

  const number = (path: string, fallback: number): number => Number(values.get(path) ?? fallback);
  const format = (key: string): bigint | undefined => values.get(`FormatterBuffer.Global.${key}`);
  const production = generation === 'production';
  const algorithm = number(production ? 'ConfigAlgo.Global.alg_type' : 'Algorithm.Global.select', 0);
  const density = number(production ? 'ConfigAlgo.Global.alg_high_density' : 'Algorithm.Global.density', 0);
  const weights = readWeights(entries, name);
  if (!weights && ALGORITHMS[algorithm] === 'autoencoder' && !options.withoutWeights) {
    const line = entries.find((e) => /\.(alg_type|select)$/.test(e.path))?.line ?? 1;
    const remedy = 'Give Encoder: 0..11 with weights_byte0, 16, ... 128, or choose another algorithm.';
    throw settingError(name, line, 'the autoencoder is selected, but there is no block Encoder.', remedy);
  }
  const reset = format('link_reset_pattern') ?? format('tx_sync_word');
  const masks = format('mask_ae') !== undefined || format('mask_ae2') !== undefined;
  const keep = entries.find((e) => e.path === 'FormatterBuffer.Global.keep_auto_encoder_bits');
  if (masks && keep) {
    const what = `${keep.path} (production dialect) and mask_ae (P1 dialect) exclude each other.`;
    throw settingError(name, keep.line, what, 'Keep one of them.');
  }
  return {
    ...defaults,
    algorithm: ALGORITHMS[algorithm],
    highDensity: density === 1,
    dropLsb: number('AlgoDroplsb.Global', number('AlgoDroplsb.Global.drop_lsb', 0)),
    etx: activeLinks(entries, generation, defaults.etx, name),
    mux,
    calibration,
    thresholds,
    bufferT1: Number(format('buff_t1') ?? defaults.bufferT1),
    bufferT2: Number(format('buff_t2') ?? defaults.bufferT2),
    bufferT3: Number(format('buff_t3') ?? defaults.bufferT3),
    stcType: Number(format('stc_type') ?? defaults.stcType),
    useSum: (format('use_sum') ?? 1n) === 1n,
    idlePattern: Number(format('idle_pattern') ?? reset ?? FALLBACK_IDLE),
    linkResetPattern: Number(reset ?? defaults.linkResetPattern),
    // P1 splits the mask as its emulator does: mask_ae2 is bits 15:0, mask_ae bits 143:16.
    keepMask: masks
      ? ((format('mask_ae') ?? (1n << 128n) - 1n) << 16n) | (format('mask_ae2') ?? 0xffffn)
      : (format('keep_auto_encoder_bits') ?? ALL_BITS),
    weights: weights ?? defaults.weights,
  };
}

function dialect(entries: readonly Entry[], name: string): Generation {
  const production = entries.find((e) => e.path.startsWith('ConfigAlgo.'));
  const prototype = entries.find((e) => e.path.startsWith('Algorithm.'));
  if (production && prototype) {
    const what = `Algorithm (P1 dialect, line ${prototype.line}) and ConfigAlgo (production dialect, line ${production.line}) exclude each other.`;
    throw settingError(name, Math.max(production.line, prototype.line), what, 'Keep one of them.');
  }
  if (production) return 'production';
  if (prototype) return 'P1';
  const nested = entries.find((e) => e.path.startsWith('ECON-T.'));
  throw settingError(
    name,
    nested?.line ?? 1,
    nested
      ? 'this is the old nested layout ECON-T.RW, which is not read.'
      : 'no block ConfigAlgo or Algorithm.',
    'Write ConfigAlgo.Global.alg_type (production dialect) or Algorithm.Global.select (P1 dialect).',
  );
}

/** Number of active links: a count in P1, a bit mask in production. */
function activeLinks(
  entries: readonly Entry[],
  generation: Generation,
  fallback: number,
  name: string,
): number {
  const entry = entries.find((e) => e.path === 'FormatterBuffer.Global.active_etxs');
  if (!entry) return fallback;
  let count = Number(entry.value);
  if (generation === 'production') {
    count = 0;
    for (let mask = Number(entry.value); mask > 0; mask &= mask - 1) count++;
  }
  if (count >= 1 && count <= 13) return count;
  const form =
    generation === 'P1' ? 'Give a count from 1 to 13.' : 'Give a mask of 13 bits with 1 to 13 ones.';
  throw settingError(name, entry.line, `${entry.path} is ${entry.value}.`, form);
}

/** Weights of the Encoder block, undefined when the file has none. */
function readWeights(entries: readonly Entry[], name: string): ReturnType<typeof unpackWeights> | undefined {
  const own = entries.filter((e) => e.path.startsWith('Encoder.'));
  if (own.length === 0) return undefined;
  const bytes = new Uint8Array(WEIGHT_BYTES);
  const seen = new Set<number>();
  for (const entry of own) {
    const match = /^Encoder\.(\d{1,2})\.weights_byte(\d{1,3})$/.exec(entry.path);
    const block = Number(match?.[1]);
    const byte = Number(match?.[2]);
    if (!match || block >= WEIGHT_BLOCKS || byte >= WEIGHT_BLOCK_BYTES || byte % 16 !== 0)
      throw unknown(entry, name);
    const width = Math.min(16, WEIGHT_BLOCK_BYTES - byte);
    checkRange(entry, (1n << BigInt(8 * width)) - 1n, name);
    const at = block * WEIGHT_BLOCK_BYTES + byte;
    for (let b = 0; b < width; b++) bytes[at + b] = Number((entry.value >> BigInt(8 * b)) & 255n);
    seen.add(at);
  }
  for (let block = 0; block < WEIGHT_BLOCKS; block++) {
    for (let byte = 0; byte < WEIGHT_BLOCK_BYTES; byte += 16) {
      if (seen.has(block * WEIGHT_BLOCK_BYTES + byte)) continue;
      const last = own.filter((e) => e.path.startsWith(`Encoder.${block}.`)).at(-1) ?? own[own.length - 1];
      const what = `Encoder.${block}.weights_byte${byte} is missing.`;
      throw settingError(
        name,
        last.line,
        what,
        'Give all 12 blocks with weights_byte0, 16, ... 128, or none.',
      );
    }
  }
  return unpackWeights(bytes);
}

function isIndex(text: string | undefined, count: number): boolean {
  return text !== undefined && /^\d{1,3}$/.test(text) && Number(text) < count;
}

function checkRange(entry: Entry, largest: bigint, name: string): void {
  if (entry.value >= 0n && entry.value <= largest) return;
  const what = `${entry.path} is ${entry.value}, outside 0..${largest}.`;
  throw settingError(name, entry.line, what, 'Give a value that fits the register.');
}

function unknown(entry: Entry, name: string): ReturnType<typeof settingError> {
  const remedy =
    'Check the spelling; the blocks are ConfigAlgo (or Algorithm), AlgoDroplsb, AlgoThreshold, Cal, Mux, FormatterBuffer, Encoder.';
  return settingError(name, entry.line, `${entry.path} is not a register of the chip.`, remedy);
}
