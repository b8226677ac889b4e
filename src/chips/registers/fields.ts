import { bitCount, EconError } from '../../base/index.js';
import {
  algorithmOf,
  algorithmOfCode,
  type ChipSettings,
  defaultSettings,
  ETX,
  econtInput,
  type Generation,
} from '../../blocks/index.js';

// Settings to register fields and back: the one place that knows which field holds what in each generation.

/** Fields that the generations call differently. */
const names = {
  P1: {
    mux: 'mux_select',
    algorithm: 'select',
    density: 'density',
    links: 'eporttx_numen',
    idle: 'tx_sync_word',
    linkReset: 'tx_sync_word',
  },
  production: {
    mux: 'mux',
    algorithm: 'alg_type',
    density: 'alg_high_density',
    links: 'active_etxs',
    idle: 'idle_pattern',
    linkReset: 'link_reset_pattern',
  },
} as const;

/** Value of each field of the data path, by its name in the register map of the generation; k counts in arrays. */
export function fieldValues(s: ChipSettings): Record<string, (k: number) => bigint | number> {
  const { mux, algorithm, density, links, idle, linkReset } = names[s.generation];
  const { code } = algorithmOf(s);
  const selected = s.selection !== undefined && algorithmOfCode(s.selection).code === code;
  const mask = s.etxMask !== undefined && bitCount(s.etxMask) === s.etx ? s.etxMask : (1 << s.etx) - 1;
  return {
    [mux]: (k) => s.mux[k],
    cal: (k) => s.calibration[k],
    threshold: (k) => s.thresholds[k],
    [algorithm]: () => (selected ? s.selection! : code),
    [density]: () => (s.highDensity ? 1 : 0),
    drop_lsb: () => s.dropLsb,
    buff_t1: () => s.bufferT1,
    buff_t2: () => s.bufferT2,
    buff_t3: () => s.bufferT3,
    stc_type: () => s.stcType,
    use_sum: () => (s.useSum ? 1 : 0),
    [links]: () => (s.generation === 'P1' ? s.etx : mask),
    [linkReset]: () => s.linkResetPattern,
    [idle]: () => s.idlePattern, // P1 has one pattern for both
    ...(s.generation === 'P1'
      ? // Split as the emulator of P1 does: mask_ae2 is bits 15:0.
        { mask_ae2: () => s.keepMask & 0xffffn, mask_ae: () => s.keepMask >> 16n }
      : { keep_auto_encoder_bits: () => s.keepMask }),
  };
}

/**
 * The inverse of fieldValues; the weights, which are no field, stay at reset.
 * Selections that no algorithm has as its own act as another.
 * @param where file and line of a field, for errors
 * @throws EconError chip/bad-setting for a number of links that does not exist
 */
export function fieldSettings(
  generation: Generation,
  read: (field: string, k?: number) => bigint,
  where: (field: string) => string | undefined = () => undefined,
): ChipSettings {
  const production = generation === 'production';
  const { mux, algorithm, density, links, idle, linkReset } = names[generation];
  const number = (field: string): number => Number(read(field));
  const list = (field: string): number[] =>
    Array.from({ length: econtInput.cells }, (_, k) => Number(read(field, k)));
  const code = number(algorithm);
  const selected = algorithmOfCode(code);
  const mask = Number(read(links));
  const etx = production ? bitCount(mask) : mask;
  if (etx < 1 || etx > ETX)
    throw badValue(
      links,
      read(links),
      production ? `masks of ${ETX} bits with 1 to ${ETX} ones` : `counts from 1 to ${ETX}`,
      where(links),
    );
  return {
    ...defaultSettings(generation),
    algorithm: selected.name,
    ...(selected.code === code ? {} : { selection: code }),
    highDensity: number(density) === 1,
    dropLsb: number('drop_lsb'),
    etx,
    ...(production && mask !== (1 << etx) - 1 ? { etxMask: mask } : {}),
    mux: Uint8Array.from(list(mux)),
    calibration: Uint16Array.from(list('cal')),
    thresholds: Uint32Array.from(list('threshold')),
    bufferT1: number('buff_t1'),
    bufferT2: number('buff_t2'),
    bufferT3: number('buff_t3'),
    stcType: number('stc_type'),
    useSum: number('use_sum') === 1,
    idlePattern: number(idle),
    linkResetPattern: number(linkReset),
    keepMask: production ? read('keep_auto_encoder_bits') : (read('mask_ae') << 16n) | read('mask_ae2'),
  };
}

export function badValue(field: string, value: bigint, range: string, where?: string): EconError {
  return new EconError({
    code: 'chip/bad-setting',
    where: where ?? `register field ${field}`,
    what: `${field}: ${value} is none of ${range}.`,
    remedy: 'Give a value that fits the register of this generation.',
  });
}
