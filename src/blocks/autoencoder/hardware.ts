import { IMAGE_CELLS, INPUT_BITS } from '../../encoder/index.js';
import { instance, type Signal, slice } from '../../hdl/index.js';
import type { AlgorithmHardware } from '../algorithm/hardware.js';
import { type ChipOptions, weightBlocks } from '../build.js';
import { BANK_BITS, bankName } from '../encoder/bank-ports.js';
import { encoderBlock } from '../encoder/verilog.js';
import { RAW_BITS } from '../links.js';
import { SUM_CODE_BITS } from '../normaliser/parameters.js';
import { normaliserBlock } from '../normaliser/verilog.js';
import { chargeConnections, packed } from '../packets/packet-text.js';
import { bxSignal } from '../stage.js';
import { PACKET_LINKS, SQUEEZE_STAGES, squeeze } from './squeeze.js';

const { clock } = chargeConnections;

const banks = (options: ChipOptions): string[] =>
  Array.from({ length: weightBlocks(options) }, (_, n) => bankName(n));

/** Normaliser and encoder. */
export function chargesToLatents(options: ChipOptions): string[] {
  return [
    ...instance(
      'econ_normaliser',
      'u_normaliser',
      [],
      [
        clock,
        ['charge_i', 'charge'],
        ['bx_i', 'charge_bx'],
        ['x_o', 'x'],
        ['sum_code_o', 'x_sum_code'],
        ['bx_o', 'x_bx'],
        ['err_o', 'normaliser_err'],
      ],
    ),
    ...instance(
      'econ_encoder',
      'u_encoder',
      [],
      [
        clock,
        ...banks(options).map((b): [string, string] => [`${b}_i`, b]),
        ['x_i', 'x'],
        ['sum_code_i', 'x_sum_code'],
        ['bx_i', 'x_bx'],
        ['latents_o', 'latents'],
        ['sum_code_o', 'latents_sum_code'],
        ['bx_o', 'latents_bx'],
        ['err_o', 'encoder_err'],
      ],
    ),
  ];
}

/** Wires between normaliser, encoder and weight memory. */
function latentWires(options: ChipOptions): Signal[] {
  return [
    ...banks(options).map((name) => ({ name, width: BANK_BITS })),
    { name: 'x', width: IMAGE_CELLS * INPUT_BITS, note: 'u1.7' },
    { name: 'x_sum_code', width: SUM_CODE_BITS, note: '5E4M' },
    { name: 'x_bx', width: 5 },
  ];
}

export const autoencoderHardware: AlgorithmHardware = {
  title: 'autoencoder',
  blocks: [normaliserBlock, encoderBlock],
  instances: chargesToLatents,
  wires: latentWires,
  from: 'from the encoder',
  data: [
    { name: 'latents', width: RAW_BITS, note: 'u1.8' },
    { name: 'sum_code', width: SUM_CODE_BITS, wire: 'latents_sum_code', note: '5E4M' },
    { name: 'latents_bx', width: 5 },
  ],
  configuration: ['active_etxs', 'keep'],
  // BX (5), sum (9), 2 zeros, latents: 5 links of 32 bits
  bits: 32 * PACKET_LINKS,
  layout: 'autoencoder        bx5 | sum (9) | kept latent bits (32 N - 14, at most 146)',
  stage: [
    { name: 'payload', width: RAW_BITS, note: 'kept bits of the latents, squeezed toward bit 0' },
    { name: 'sum_code', width: SUM_CODE_BITS, note: '5E4M' },
    bxSignal('bx_latents'),
  ],
  stageBody: () => [...squeeze(), 'assign sum_code_d   = sum_code_i;', 'assign bx_latents_d = latents_bx_i;'],
  packetWires: [
    { name: 'move', width: RAW_BITS * SQUEEZE_STAGES },
    { name: 'stay', width: RAW_BITS * SQUEEZE_STAGES },
    { name: 'latent_words', width: 32 * PACKET_LINKS, note: 'eTx j in [32j+31:32j]' },
  ],
  packetBody: () =>
    instance(
      'econ_link_cut',
      'u_link_cut',
      [],
      [
        ['enable_i', "1'b1"],
        ['active_i', 'active_etxs_i'],
        ['bx_i', 'bx_latents_q'],
        ['sum_i', 'sum_code_q'],
        ['payload_i', 'payload_q'],
        ['words_o', 'latent_words'],
      ],
    ),
  packet: (bits) =>
    packed(
      Array.from({ length: PACKET_LINKS }, (_, j) => [slice('latent_words', 32 * j, 32), 32] as const),
      bits,
    ),
};
