import { EconError } from '../../base/index.js';
import { type ChipSettings, econtInput, type Generation } from '../../blocks/index.js';
import { ones } from './fields.js';
import { isSet, type RegisterImage, readBits, resetImage, setFields, writeBits } from './image.js';
import { findPlaces } from './names.js';

/** What one setting is in the other generation: other settings there, or bits of one; none when it has no register. */
type Meaning = readonly (readonly [
  path: string,
  value: bigint,
  bits?: readonly [lsb: number, width: number],
])[];

/** Names of the same register that differ: P1, production. (Those of the data path are in `meaning`.) */
const renamed: readonly (readonly [RegExp, string, RegExp, string])[] = [
  [
    /^FmtBuf\.Global\.(\w+)$/,
    'FormatterBuffer.Global.$1',
    /^FormatterBuffer\.Global\.(\w+)$/,
    'FmtBuf.Global.$1',
  ],
  [
    /^AlgoDroplsb\.Global$/,
    'AlgoDroplsb.Global.drop_lsb',
    /^AlgoDroplsb\.Global\.drop_lsb$/,
    'AlgoDroplsb.Global',
  ],
  [
    /^(Aligner\.Global\.match_(?:mask|pattern))$/,
    '$1_val',
    /^(Aligner\.Global\.match_(?:mask|pattern))_val$/,
    '$1',
  ],
  [/^ERx\.(\d+)\.ch_ch_(\w+)$/, 'ERx.$1.$2', /^ERx\.(\d+)\.(equalizer)$/, 'ERx.$1.ch_ch_$2'],
  [/^(E[RT]x)\.(\d+)\.ch_(\w+)$/, '$1.$2.$3', /^(E[RT]x)\.(\d+)\.(\w+)$/, '$1.$2.ch_$3'],
  [/^ERx\.(\d)\.mux_ch_(\w+)$/, 'ERx.Mux0$1.$2', /^ERx\.Mux0(\d)\.(equalizer)$/, 'ERx.$1.mux_ch_$2'],
  [/^ERx\.(\d)\.mux_(\w+)$/, 'ERx.Mux0$1.$2', /^ERx\.Mux0(\d)\.(\w+)$/, 'ERx.$1.mux_$2'],
  [
    /^(ChEprxGrp\.\d+)\.phase_select$/,
    '$1.phase_select_channelinput',
    /^(ChEprxGrp\.\d+)\.phase_select_channelinput$/,
    '$1.phase_select',
  ],
  [
    /^EprxGrpTop\.Global\.(dll_init_sm_\w+)$/,
    'EprxGrpTop.Global.$1',
    /^EprxGrpTop\.Global\.(dll_init_sm_\w+)$/,
    'EprxGrpTop.Global.$1',
  ],
];

/**
 * The same settings in the map of the other generation. What only one of them has is kept by name (`other`), so that
 * the way back gives what was there; it is told by `lost`. The mux inputs of a link are numbered the other way round,
 * a count of links becomes a mask, P1's one pattern register both of production.
 * @throws EconError chip/bad-setting for a value that the register of the other generation cannot hold
 */
export function inGeneration(image: RegisterImage, generation: Generation): RegisterImage {
  if (image.generation === generation) return image;
  const made = resetImage(generation);
  for (const { path, value, field, index } of setFields(image)) {
    const means = image.generation === 'P1' ? fromP1(path, value, index) : toP1(path, value, index);
    const there = (means ?? sameName(image.generation, path, value)).flatMap(([name, v, bits]) => {
      const place = findPlaces(generation, name).find((p) => p.field?.access === field.access);
      return place ? [{ ...place, ...(bits ? { lsb: bits[0], width: bits[1] } : {}), v }] : [];
    });
    for (const place of there) {
      if (place.v >= 1n << BigInt(place.width)) throw tooLarge(path, value, place.path, generation);
      writeBits(made, place, place.v);
    }
    if (there.length === 0 || (generation === 'P1' && !comesBack(path, value))) made.other.set(path, value);
  }
  if (generation === 'P1') keepPattern(image, made);
  for (const [path, value] of image.other) {
    const [place] = findPlaces(generation, path);
    if (place) writeBits(made, place, value);
    else made.other.set(path, value);
  }
  return made;
}

const KEEP = 'FormatterBuffer.Global.keep_auto_encoder_bits';
const IDLE = 'FormatterBuffer.Global.idle_pattern';
const LINK_RESET = 'FormatterBuffer.Global.link_reset_pattern';
const MASK = 'FormatterBuffer.Global.active_etxs';

function fromP1(path: string, value: bigint, index: number): Meaning | undefined {
  if (path.startsWith('Mux.')) return [[`Mux.${index}`, swapped(value)]];
  switch (path) {
    case 'Algorithm.Global.select':
      return [['ConfigAlgo.Global.alg_type', value]];
    case 'Algorithm.Global.density':
      return [['ConfigAlgo.Global.alg_high_density', value]];
    case 'FmtBuf.Global.eporttx_numen':
      return value > 13n ? [] : [[MASK, (1n << value) - 1n]];
    case 'FmtBuf.Global.tx_sync_word':
      return [
        [IDLE, value],
        [LINK_RESET, value],
      ];
    // P1 splits the mask of the autoencoder as its emulator does: mask_ae2 is bits 15:0, mask_ae bits 143:16.
    case 'FmtBuf.Global.mask_ae':
      return [[KEEP, value, [16, 128]]];
    case 'FmtBuf.Global.mask_ae2':
      return [[KEEP, value, [0, 16]]];
    case 'Misc.Global.run':
      return [['ClocksAndResets.Global.pusm_run', value]];
    default:
      return undefined;
  }
}

function toP1(path: string, value: bigint, index: number): Meaning | undefined {
  if (path.startsWith('Mux.')) return [[`Mux.${index}`, swapped(value)]];
  switch (path) {
    case 'ConfigAlgo.Global.alg_type':
      return [['Algorithm.Global.select', value]];
    case 'ConfigAlgo.Global.alg_high_density':
      return [['Algorithm.Global.density', value]];
    case MASK:
      return [['FmtBuf.Global.eporttx_numen', BigInt(ones(Number(value)))]];
    case IDLE:
      return [['FmtBuf.Global.tx_sync_word', value]];
    case LINK_RESET:
      return [];
    case KEEP:
      return [
        ['FmtBuf.Global.mask_ae', value >> 16n],
        ['FmtBuf.Global.mask_ae2', value & 0xffffn],
      ];
    case 'ClocksAndResets.Global.pusm_run':
      return [['Misc.Global.run', value]];
    default:
      return undefined;
  }
}

/** P1 has one pattern, which is read as both of production: that of link resets is kept where it is another. */
function keepPattern(image: RegisterImage, made: RegisterImage): void {
  const [[idle], [reset]] = [IDLE, LINK_RESET].map((path) => findPlaces('production', path));
  const value = readBits(image, reset);
  if (isSet(image, idle) && value === readBits(image, idle)) made.other.delete(LINK_RESET);
  else if (isSet(image, idle) || isSet(image, reset)) made.other.set(LINK_RESET, value);
}

/** Does P1 hold this setting of production so that it comes back as it was? */
function comesBack(path: string, value: bigint): boolean {
  return path !== MASK || value === (1n << BigInt(ones(Number(value)))) - 1n;
}

function sameName(from: Generation, path: string, value: bigint): Meaning {
  for (const [p1, production, wasProduction, toP1Name] of renamed) {
    const [pattern, name] = from === 'P1' ? [p1, production] : [wasProduction, toP1Name];
    if (pattern.test(path)) return [[path.replace(pattern, name), value]];
  }
  return [[path, value]];
}

/** Mux input m of a link's four, numbered the other way round; 48 to 63, which name none, stay. */
function swapped(m: bigint): bigint {
  return m < BigInt(econtInput.cells) ? (m & ~3n) + 3n - (m & 3n) : m;
}

/**
 * The same data path on the other generation, for a chip that is to run it: mux inputs of a link are numbered the other
 * way round. P1 has one pattern register, which takes the idle pattern. The
 * order of address maps is the chip's and cannot be set.
 */
export function toGeneration(settings: ChipSettings, generation: Generation): ChipSettings {
  if (settings.generation === generation) return settings;
  const mux = settings.mux.map((m) => Number(swapped(BigInt(m))));
  const linkResetPattern = generation === 'P1' ? settings.idlePattern : settings.linkResetPattern;
  const { etxMask, ...same } = settings;
  return { ...same, generation, mux, linkResetPattern };
}

function tooLarge(path: string, value: bigint, there: string, generation: Generation): EconError {
  return new EconError({
    code: 'chip/bad-setting',
    where: path,
    what: `${value} does not fit ${there} of ${generation}.`,
    remedy: `Keep these settings in a form of the ${generation === 'P1' ? 'production' : 'P1'} map, or change the value.`,
  });
}
