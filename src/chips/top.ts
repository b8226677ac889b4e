import { autoencoderHardware, type BuildContext, type ChipOptions, emitModule } from '../blocks/index.js';
import { declare, instance, type Signal, section } from '../hdl/index.js';
import { registerConnections } from './econt-registers.js';
import {
  chargeSignals,
  clock,
  clockPorts,
  codesToCharges,
  i2cPorts,
  i2cTarget,
  linkInput,
  linkPorts,
  resetSync,
  weightMemory,
} from './instances.js';
import { registersBlock } from './register-block.js';

/**
 * Emits the top level econ_chip: wires and instances only.
 * @param latency BX from link_i to link_o
 */
export function emitTop(context: BuildContext, latency: number): string {
  const { options } = context;
  return emitModule(
    context,
    {
      purpose: [
        'Chip: 12 input links -> trigger-cell codes -> autoencoder -> 13 output links, one wafer per clock;',
        'configuration and weights over I2C.',
      ],
      layer: `all; TMR mode '${options.tmr}', arithmetic '${options.arithmetic}'`,
      formats: ['links 32 bits per BX; see the blocks for the formats between them'],
      latency: `${latency} BX from link_i to link_o, a new wafer every BX`,
    },
    {
      name: 'econ_chip',
      groups: [
        { title: 'clock and reset', ports: clockPorts },
        { title: 'I2C', ports: i2cPorts },
        { title: 'links', ports: linkPorts },
      ],
      body: [
        ...declare('wire', signals(options)),
        '',
        section('reset and I2C'),
        ...resetSync(options),
        ...i2cTarget(options, true),
        '',
        section('configuration and weights'),
        ...instance('econ_registers', 'u_registers', [], registerConnections(options)),
        ...weightMemory(options),
        '',
        section('data path'),
        ...linkInput(),
        ...codesToCharges(),
        ...autoencoderHardware.instances(options),
        ...instance(
          'econ_formatter',
          'u_formatter',
          [],
          [
            clock,
            ['algorithm_i', 'algorithm'],
            ['active_etxs_i', 'active_etxs'],
            ['keep_i', 'keep'],
            ['latents_i', 'latents'],
            ['sum_code_i', 'latents_sum_code'],
            ['bx_i', 'latents_bx'],
            ['link_o', 'link_o'],
            ['err_o', 'formatter_err'],
          ],
        ),
      ],
    },
  );
}

function signals(options: ChipOptions): Signal[] {
  const one = (name: string): Signal => ({ name, width: 1 });
  return [
    { ...one('rst_n'), note: 'synchronised' },
    ...['reset_err', 'i2c_err', 'i2c_recover', 'bus_write'].map(one),
    { name: 'bus_address', width: 16 },
    { name: 'bus_wdata', width: 8 },
    { name: 'register_rdata', width: 8 },
    { name: 'weight_rdata', width: 8 },
    one('weight_ready'),
    ...registersBlock
      .component(options)
      .ports.filter(({ name, direction }) => direction === 'output' && name !== 'data_o')
      .map(({ name, width }) => ({ name: name.slice(0, -2), width })),
    ...['weight_busy', 'weight_done', 'weight_failed'].map(one),
    { name: 'computed_crc', width: 32 },
    { name: 'commit_count', width: 8 },
    ...chargeSignals(),
    ...(autoencoderHardware.wires?.(options) ?? []),
    ...autoencoderHardware.data.map(({ name, width, wire, note }) => ({ name: wire ?? name, width, note })),
    ...[
      'link_input_err',
      'mux_err',
      'float_to_fixed_err',
      'calibration_err',
      'normaliser_err',
      'encoder_err',
      'formatter_err',
      'weight_err',
    ].map(one),
  ];
}
