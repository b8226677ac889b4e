import type { EncoderWeights } from '../encoder/parameters.js';
import { packWeights, WEIGHT_BLOCK_BYTES, WEIGHT_BLOCKS } from '../encoder/weights.js';
import { ALGORITHMS, type ChipSettings } from './settings.js';

/**
 * Settings as YAML in the dialect of their generation; readSettings gives the same settings back (arithmetic and
 * stcTie are no registers and are not written; P1 has one pattern register, which takes idlePattern).
 */
export function settingsToYaml(settings: ChipSettings): string {
  const production = settings.generation === 'production';
  const algorithm = ALGORITHMS.indexOf(settings.algorithm);
  const density = settings.highDensity ? 1 : 0;
  const format: Record<string, number | string> = {
    active_etxs: production ? hex((1n << BigInt(settings.etx)) - 1n) : settings.etx,
    buff_t1: settings.bufferT1,
    buff_t2: settings.bufferT2,
    buff_t3: settings.bufferT3,
    stc_type: settings.stcType,
    use_sum: settings.useSum ? 1 : 0,
  };
  if (production) {
    format.idle_pattern = settings.idlePattern;
    format.link_reset_pattern = settings.linkResetPattern;
    format.keep_auto_encoder_bits = hex(settings.keepMask);
  } else {
    format.link_reset_pattern = settings.idlePattern;
    format.mask_ae = hex(settings.keepMask >> 16n);
    format.mask_ae2 = hex(settings.keepMask & 0xffffn);
  }
  return [
    ...(production
      ? block('ConfigAlgo.Global', { alg_high_density: density, alg_type: algorithm })
      : block('Algorithm.Global', { density, select: algorithm })),
    ...(production
      ? block('AlgoDroplsb.Global', { drop_lsb: settings.dropLsb })
      : block('AlgoDroplsb', { Global: settings.dropLsb })),
    ...block('FormatterBuffer.Global', format),
    ...block('AlgoThreshold', indexed(settings.thresholds)),
    ...block('Cal', indexed(settings.calibration)),
    ...block('Mux', indexed(settings.mux)),
    ...(settings.algorithm === 'autoencoder' ? weightLines(settings.weights) : []),
    '',
  ].join('\n');
}

/** Lines of a map below one or two levels of keys, e.g. 'ConfigAlgo.Global'. */
function block(path: string, values: Record<string, number | string>): string[] {
  const keys = path.split('.');
  const head = keys.map((key, depth) => `${'  '.repeat(depth)}${key}:`);
  return [
    ...head,
    ...Object.entries(values).map(([key, value]) => `${'  '.repeat(keys.length)}${key}: ${value}`),
  ];
}

function indexed(values: ArrayLike<number>): Record<string, number> {
  return Object.fromEntries(Array.from(values, (value, k) => [String(k), value]));
}

function weightLines(weights: EncoderWeights): string[] {
  const bytes = packWeights(weights);
  const lines = ['Encoder:'];
  for (let n = 0; n < WEIGHT_BLOCKS; n++) {
    lines.push(`  ${n}:`);
    for (let byte = 0; byte < WEIGHT_BLOCK_BYTES; byte += 16) {
      const from = n * WEIGHT_BLOCK_BYTES + byte;
      const width = Math.min(16, WEIGHT_BLOCK_BYTES - byte);
      const value = Buffer.from(bytes.subarray(from, from + width).toReversed()).toString('hex');
      lines.push(`    weights_byte${byte}: 0x${value}`);
    }
  }
  return lines;
}

function hex(value: bigint): string {
  return `0x${value.toString(16)}`;
}
