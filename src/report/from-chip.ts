import type { ChipDescription } from '../chips/index.js';
import { integer } from './format.js';
import type { Section } from './summary.js';

interface Drawn {
  readonly title: string;
  /** Payload bits out of a block of the data path; a test compares them with the emitted ports. */
  readonly bits?: number;
  /** Blocks beside the data path: whom they serve. */
  readonly feeds?: readonly string[];
}

const DRAWN: Readonly<Record<string, Drawn>> = {
  u_link_input: { title: 'Link input', bits: 336 },
  u_mux: { title: 'Mux', bits: 336 },
  u_float_to_fixed: { title: 'Float to fixed', bits: 1008 },
  u_calibration: { title: 'Calibration', bits: 1056 },
  u_normaliser: { title: 'Normaliser', bits: 384 },
  u_encoder: { title: 'Encoder', bits: 144 },
  u_formatter: { title: 'Formatter', bits: 160 },
  u_weight_memory: { title: 'Weight memory', feeds: ['u_encoder'] },
  u_registers: { title: 'Registers', feeds: ['u_calibration', 'u_mux', 'u_float_to_fixed', 'u_formatter'] },
  u_i2c_target: { title: 'I2C target', feeds: ['u_weight_memory', 'u_registers'] },
  u_reset_sync: { title: 'Reset synchroniser' },
};

/** The chip section of a report. A block that has no drawing rules yet appears under its own name. */
export function chipSection(description: ChipDescription): Section<'chip'> {
  const { blocks, options } = description;
  const inPath = blocks.filter((b) => DRAWN[b.instance]?.bits !== undefined || b.latency > 0);
  return {
    name: description.top,
    clockNs: 25,
    tmr: options.tmr,
    input: { label: '12 eRx', bits: 384 },
    output: { label: '13 eTx', bits: 416 },
    path: inPath.map((b) => ({
      name: b.instance,
      title: DRAWN[b.instance]?.title ?? b.name,
      latencyBx: b.latency,
      bits: DRAWN[b.instance]?.bits,
    })),
    side: blocks
      .filter((b) => !inPath.includes(b))
      .map((b) => ({
        name: b.instance,
        title: DRAWN[b.instance]?.title ?? b.name,
        detail: `${integer(b.flipFlops)} flip-flops`,
        feeds: [...(DRAWN[b.instance]?.feeds ?? [])],
      })),
  };
}
