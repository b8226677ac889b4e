import type { ChipSettings } from '../blocks/index.js';
import { configurationWrites, type Layer, type Probe, registerNamed } from '../chips/index.js';
import { packWeights, usedBlocks, WEIGHT_BLOCK_BYTES, weightAt } from '../encoder/index.js';
import type { Simulator } from '../netlist-sim/index.js';
import type { LayerValues } from './reference-layers.js';

/** What is known when the earliest wrong layer has been found; the chip stands in the BX in which it shows. */
export interface Symptom {
  readonly chip: Simulator;
  readonly settings: ChipSettings;
  readonly layer: Layer;
  /** Probes of this layer in the order of the reference values, and those of them that differ. */
  readonly probes: readonly Probe[];
  readonly wrong: readonly Probe[];
  /** Reference values of the rows before and after the wrong one. */
  readonly neighbours: readonly LayerValues[];
  value(probe: Probe): bigint;
}

/** Instance that computes a layer. */
const BLOCK_OF: Readonly<Record<Layer, string>> = {
  'link-input': 'u_link_input',
  mux: 'u_mux',
  'float-to-fixed': 'u_float_to_fixed',
  calibration: 'u_calibration',
  'module-sum': 'u_normaliser',
  normaliser: 'u_normaliser',
  conv: 'u_encoder',
  hidden: 'u_encoder',
  dense: 'u_encoder',
  'keep-mask': 'u_formatter',
  formatter: 'u_formatter',
};

/** Registers that decide about a layer. */
const REGISTERS_OF: Partial<Record<Layer, readonly string[]>> = {
  mux: ['mux'],
  'float-to-fixed': ['config_algo'],
  calibration: ['cal'],
  'keep-mask': ['keep_auto_encoder_bits'],
  formatter: ['config_algo', 'links'],
};

/**
 * Why a layer is wrong although everything before it is right, in the order of what can be proved: its registers or
 * weights are not those of the settings; its values are those of another BX; or its logic is wrong.
 */
export function likelyCause(symptom: Symptom): string {
  const { layer, probes, wrong } = symptom;
  if (layer === 'link-input' && wrong.every((p) => p.index.length === 0)) {
    return 'the BX counter is off: look for the header 0x9 of eRx 0, and at the counter before row 0.';
  }
  for (const name of REGISTERS_OF[layer] ?? []) {
    const text = wrongRegister(symptom, name);
    if (text !== undefined) return text;
  }
  if (layer === 'conv' || layer === 'hidden' || layer === 'dense') {
    const text = wrongWeights(symptom);
    if (text !== undefined) return text;
  }
  const block = BLOCK_OF[layer];
  const shifted = symptom.neighbours.some((values) =>
    probes.every((probe, i) => symptom.value(probe) === values[layer][i]),
  );
  if (shifted)
    return `these are the values of a neighbouring BX: a register of ${block} is missing or too many.`;
  const where =
    wrong.length === probes.length ? 'every channel' : `${wrong.length} of ${probes.length} channels`;
  return `registers and weights are those of the settings and all layers before agree: the logic of ${block}, in ${where}.`;
}

/** Compares what a block gets from u_registers with the settings. */
function wrongRegister({ chip, settings }: Symptom, name: string): string | undefined {
  const { address, count, bytes, fields, signal } = registerNamed(name, settings);
  const write = configurationWrites(settings).find((w) => w.what === name);
  const actual = peekOr(chip, `u_registers.u_${signal}.value_o`);
  if (write === undefined || actual === undefined) return undefined;
  const width = fields.reduce((n, f) => Math.max(n, f.lsb + f.width), 0);
  for (let i = 0; i < count; i++) {
    let want = 0n;
    for (let b = 0; b < bytes; b++) want |= BigInt(write.bytes[bytes * i + b]) << BigInt(8 * b);
    const got = (actual >> BigInt(width * i)) & ((1n << BigInt(width)) - 1n);
    if (want === got) continue;
    const at = `0x${(address + bytes * i).toString(16)}`;
    return `register ${name}${count > 1 ? `[${i}]` : ''} (${at}) holds 0x${got.toString(16)}, the settings say 0x${want.toString(16)}: not loaded, or upset.`;
  }
  return undefined;
}

/** Compares the weights that the encoder uses with the settings. */
function wrongWeights({ chip, settings }: Symptom): string | undefined {
  const packed = packWeights(settings.weights);
  const base = registerNamed('weights').address;
  let wrong = 0;
  let first = '';
  const blocks = usedBlocks(settings.weights.shape);
  for (let n = 0; n < blocks; n++) {
    const bank = peekOr(chip, `u_weight_memory.u_weight_bank_${String(n).padStart(2, '0')}.active_o`);
    if (bank === undefined) return undefined;
    for (let b = 0; b < WEIGHT_BLOCK_BYTES; b++) {
      const at = n * WEIGHT_BLOCK_BYTES + b;
      const got = Number((bank >> BigInt(8 * b)) & 255n);
      if (got === packed[at] || wrong++ > 0) continue;
      const difference = got ^ packed[at];
      const bit = 31 - Math.clz32(difference & -difference);
      first = `${weightAt(settings.weights.shape, 8 * at + bit)} (byte 0x${(base + at).toString(16)}) holds 0x${got.toString(16)}, the settings say 0x${packed[at].toString(16)}`;
    }
  }
  if (wrong === 0) return undefined;
  return `${wrong} active weight bytes differ, first ${first}: not loaded or committed, or upset.`;
}

function peekOr(chip: Simulator, path: string): bigint | undefined {
  try {
    return chip.peek(path);
  } catch {
    return undefined; // a chip that was changed for an experiment may lack the signal
  }
}
