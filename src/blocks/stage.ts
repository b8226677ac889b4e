import { instance, type Port, type PortGroup, type Signal } from '../hdl/index.js';
import { type ChipOptions, type StateBits, type StateKind, triplicate } from './build.js';

/** Clock port of a block without reset. */
export const clockOnly: PortGroup = {
  title: 'clock',
  ports: [{ direction: 'input', width: 1, name: 'clk_i' }],
};

export const clockAndReset: PortGroup = {
  title: 'clock and reset',
  ports: [
    { direction: 'input', width: 1, name: 'clk_i' },
    { direction: 'input', width: 1, name: 'rst_ni' },
  ],
};

/** The byte bus between the I2C target and what it writes and reads. */
export const registerBus: PortGroup = {
  title: 'register bus',
  ports: [
    { direction: 'input', width: 1, name: 'write_i' },
    { direction: 'input', width: 16, name: 'address_i' },
    { direction: 'input', width: 8, name: 'data_i' },
    { direction: 'output', width: 8, name: 'data_o' },
  ],
};

/** The port that tells that copies of a register of the block differ. */
export const errorPort: Port = {
  direction: 'output',
  width: 1,
  name: 'err_o',
  note: 'copies of a register differ',
};

/** What a data-path register holds: data unless said otherwise. */
export interface StageSignal extends Signal {
  readonly kind?: StateKind;
}

/** The number of the BX that the data beside it belong to. */
export function bxSignal(name = 'bx'): StageSignal {
  return { name, width: 5, kind: 'control' };
}

/** Data-path registers of a block: for each signal NAME of width W, NAME_q follows NAME_d by one clock. */
export function pipelineRegisters(options: ChipOptions, signals: readonly StageSignal[]): string[] {
  return signals.flatMap(({ name, width, kind }) =>
    instance(
      'econ_pipeline',
      `u_${name}`,
      [
        ['Width', width],
        ['Triplicate', triplicate(options, kind ?? 'pipeline')],
      ],
      [
        ['clk_i', 'clk_i'],
        ['d_i', `${name}_d`],
        ['q_o', `${name}_q`],
        ['err_o', `${name}_err`],
      ],
    ),
  );
}

/** Declarations that go with pipelineRegisters. */
export function pipelineSignals(signals: readonly Signal[]): Signal[] {
  return signals.flatMap(({ name, width, note }) => [
    { name: `${name}_d`, width },
    { name: `${name}_q`, width, note },
    { name: `${name}_err`, width: 1 },
  ]);
}

/** What a block with these data-path registers counts as its state. */
export function pipelineState(signals: readonly StageSignal[]): StateBits[] {
  return signals.map(({ name, width, kind }) => ({
    what: name.replaceAll('_', ' '),
    bits: width,
    kind: kind ?? 'pipeline',
  }));
}

/** `a_err | b_err | ...` of these registers. */
export function anyError(signals: readonly Signal[]): string {
  return signals.map((s) => `${s.name}_err`).join(' | ');
}
