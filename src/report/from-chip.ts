import { inputFormat, outputLinks } from '../blocks/index.js';
import type { ChipDescription } from '../chips/index.js';
import { bxNs, detectorOf } from '../detector/index.js';
import { integer } from './format.js';
import type { Section } from './summary.js';

interface Drawn {
  readonly title: string;
  /** Blocks beside the data path: whom they serve. */
  readonly feeds?: readonly string[];
}

const DRAWN: Readonly<Record<string, Drawn>> = {
  u_link_input: { title: 'Link input' },
  u_mux: { title: 'Mux' },
  u_float_to_fixed: { title: 'Float to fixed' },
  u_calibration: { title: 'Calibration' },
  u_normaliser: { title: 'Normaliser' },
  u_encoder: { title: 'Encoder' },
  u_formatter: { title: 'Formatter' },
  u_weight_memory: { title: 'Weight memory', feeds: ['u_encoder'] },
  u_registers: { title: 'Registers', feeds: ['u_calibration', 'u_mux', 'u_float_to_fixed', 'u_formatter'] },
  u_i2c_target: { title: 'I2C target', feeds: ['u_weight_memory', 'u_registers'] },
  u_reset_sync: { title: 'Reset synchroniser' },
};

/** The chip section of a report. A block that has no drawing rules yet appears under its own name. */
export function chipSection(description: ChipDescription): Section<'chip'> {
  const { blocks, options } = description;
  const { links } = inputFormat(options);
  const etx = outputLinks(options);
  const inPath = blocks.filter((b) => b.latency > 0);
  return {
    name: description.top,
    clockNs: bxNs(detectorOf(options.detector)),
    tmr: options.tmr,
    input: { label: `${links} eRx`, bits: 32 * links },
    output: { label: `${etx} eTx`, bits: 32 * etx },
    path: inPath.map((b) => ({
      name: b.instance,
      title: DRAWN[b.instance]?.title ?? b.name,
      latencyBx: b.latency,
      bits: b.outputBits,
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
