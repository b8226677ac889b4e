import { crc32, EconError } from '../../base/index.js';
import { algorithmOf, type ChipSettings, weightBlocks } from '../../blocks/index.js';
import { type EncoderWeights, packWeights, WEIGHT_BLOCK_BYTES, WEIGHT_BLOCKS } from '../../encoder/index.js';
import { littleEndian, type Register } from '../map/register.js';
import { elementReset, registerNamed } from './table.js';
import { toGeneration } from './translate.js';

/** Bytes for consecutive register addresses: one I2C transaction. */
export interface RegisterWrite {
  readonly address: number;
  readonly bytes: Uint8Array;
  /** What the write does, for logs and comments. */
  readonly what: string;
}

/** Bits 7:0 of weight_command that start a commit. */
export const COMMIT = 1;

/** All elements of a register as bytes, given a value for the field `name` of each element; other fields at reset. */
function registerBytes(
  register: Register,
  values: Readonly<Record<string, (index: number) => bigint>>,
): Uint8Array {
  const bytes = new Uint8Array(register.count * register.bytes);
  for (let index = 0; index < register.count; index++) {
    let value = elementReset(register, index);
    for (const { name, lsb, width } of register.fields.filter((f) => f.name in values)) {
      const mask = ((1n << BigInt(width)) - 1n) << BigInt(lsb);
      value = (value & ~mask) | ((values[name](index) << BigInt(lsb)) & mask);
    }
    bytes.set(littleEndian(value, register.bytes), index * register.bytes);
  }
  return bytes;
}

/**
 * Writes that bring the chip from reset to these settings: configuration, weights into the shadow, expected CRC-32,
 * commit. The check takes 1609 clocks after the last write; then weight_status (0xc52) is 2.
 *
 * P1 settings number the mux inputs of a link the other way round; they are translated.
 * @throws EconError chip/not-in-this-chip when the algorithm is not the autoencoder
 */
export function settingsToRegisterWrites(settings: ChipSettings): RegisterWrite[] {
  if (!algorithmOf(settings).encoder) {
    throw new EconError({
      code: 'chip/not-in-this-chip',
      where: 'algorithm',
      what: `the emitted chip has the autoencoder only, the settings ask for ${settings.algorithm}.`,
      remedy: 'Use settings with alg_type 4, or the software emulator.',
    });
  }
  return [...configurationWrites(settings), ...encoderWrites(settings.weights), commitWrite()];
}

/** The configuration part of settingsToRegisterWrites. */
export function configurationWrites(settings: ChipSettings): RegisterWrite[] {
  const { mux } = toGeneration(settings, 'production');
  const write = (name: string, values: Parameters<typeof registerBytes>[1]): RegisterWrite => {
    const register = registerNamed(name, settings);
    return { address: register.address, bytes: registerBytes(register, values), what: name };
  };
  return [
    write('mux', { mux: (k) => BigInt(mux[k]) }),
    write('cal', { cal: (k) => BigInt(settings.calibration[k]) }),
    write('config_algo', {
      alg_type: () => BigInt(algorithmOf(settings).code),
      alg_high_density: () => (settings.highDensity ? 1n : 0n),
    }),
    write('links', {
      stc_type: () => BigInt(settings.stcType),
      active_etxs: () => (1n << BigInt(settings.etx)) - 1n,
    }),
    write('keep_auto_encoder_bits', { keep_auto_encoder_bits: () => settings.keepMask }),
  ];
}

/** Writes of an encoder's weights: to the blocks that its chip has. */
export function encoderWrites(weights: EncoderWeights): RegisterWrite[] {
  return weightWrites(packWeights(weights), weightBlocks(weights));
}

/** Writes of the first weight blocks to the shadow, one transaction per block, and of their CRC-32. */
export function weightWrites(bytes: Uint8Array, blockCount = WEIGHT_BLOCKS): RegisterWrite[] {
  const weights = registerNamed('weights');
  const blocks = Array.from({ length: blockCount }, (_, n) => ({
    address: weights.address + weights.stride * n,
    bytes: bytes.slice(n * WEIGHT_BLOCK_BYTES, (n + 1) * WEIGHT_BLOCK_BYTES),
    what: `weights ${n}`,
  }));
  return [...blocks, expectedCrcWrite(crc32(bytes.subarray(0, blockCount * WEIGHT_BLOCK_BYTES)))];
}

export function expectedCrcWrite(crc: number): RegisterWrite {
  const register = registerNamed('expected_crc');
  return {
    address: register.address,
    bytes: registerBytes(register, { expected_crc: () => BigInt(crc) }),
    what: 'expected_crc',
  };
}

/** Starts check and commit. */
export function commitWrite(): RegisterWrite {
  return { address: registerNamed('weight_command').address, bytes: Uint8Array.of(COMMIT), what: 'commit' };
}
