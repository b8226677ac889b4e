import { bitCount, EconError } from '../../base/index.js';
import { type ChipSettings, econtInput, type Generation } from '../../blocks/index.js';
import { isSet, type RegisterImage, readBits, resetImage, setFields, writeBits } from './image.js';
import { findPlaces } from './names.js';

/** What one setting is in the other generation: other settings there, or bits of one; none when it has no register. */
type Meaning = readonly (readonly [
  path: string,
  value: bigint,
  bits?: readonly [lsb: number, width: number],
])[];

/**
 * Registers with another name and the same values: P1, production; `#` stands for a number, `*` for a word. Those whose
 * values differ, too, are in fromP1 and toP1.
 */
const renamed: readonly (readonly [p1: Name, production: Name])[] = [
  ['Algorithm.Global.select', 'ConfigAlgo.Global.alg_type'],
  ['Algorithm.Global.density', 'ConfigAlgo.Global.alg_high_density'],
  ['Misc.Global.run', 'ClocksAndResets.Global.pusm_run'],
  ['FmtBuf.Global.*', 'FormatterBuffer.Global.*'],
  ['AlgoDroplsb.Global', 'AlgoDroplsb.Global.drop_lsb'],
  ['Aligner.Global.match_mask', 'Aligner.Global.match_mask_val'],
  ['Aligner.Global.match_pattern', 'Aligner.Global.match_pattern_val'],
  ['ERx.#.ch_ch_equalizer', 'ERx.#.equalizer'],
  ['ERx.#.ch_*', 'ERx.#.*'],
  ['ETx.#.ch_*', 'ETx.#.*'],
  ['ERx.#.mux_ch_equalizer', 'ERx.Mux0#.equalizer'],
  ['ERx.#.mux_*', 'ERx.Mux0#.*'],
  ['ChEprxGrp.#.phase_select', 'ChEprxGrp.#.phase_select_channelinput'],
].map(([p1, production]) => [nameOf(p1), nameOf(production)]);

/** A name as it is found, and as it is written with what stood for `#` and `*` in the other one. */
interface Name {
  readonly pattern: RegExp;
  readonly text: string;
}

function nameOf(name: string): Name {
  const pattern = name.replaceAll('.', '\\.').replace('#', '(\\d+)').replace('*', '(\\w+)');
  let k = 0;
  return { pattern: new RegExp(`^${pattern}$`), text: name.replace(/[#*]/g, () => `$${++k}`) };
}

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
    default:
      return undefined;
  }
}

function toP1(path: string, value: bigint, index: number): Meaning | undefined {
  if (path.startsWith('Mux.')) return [[`Mux.${index}`, swapped(value)]];
  switch (path) {
    case MASK:
      return [['FmtBuf.Global.eporttx_numen', BigInt(bitCount(Number(value)))]];
    case IDLE:
      return [['FmtBuf.Global.tx_sync_word', value]];
    case LINK_RESET:
      return [];
    case KEEP:
      return [
        ['FmtBuf.Global.mask_ae', value >> 16n],
        ['FmtBuf.Global.mask_ae2', value & 0xffffn],
      ];
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
  return path !== MASK || value === (1n << BigInt(bitCount(Number(value)))) - 1n;
}

function sameName(from: Generation, path: string, value: bigint): Meaning {
  for (const [p1, production] of renamed) {
    const [here, there] = from === 'P1' ? [p1, production] : [production, p1];
    if (here.pattern.test(path)) return [[path.replace(here.pattern, there.text), value]];
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
