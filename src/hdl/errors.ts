import { EconError } from '../base/index.js';

/** What can be wrong with a module that is being built, and what helps. */
const remedies = {
  'hdl/no-port': 'Use one of its ports.',
  'hdl/no-parameter': 'Use one of its parameters.',
  'hdl/bad-header': 'Write the header in the style of rtl/: ANSI ports, ranges of numbers and parameters.',
  'hdl/width': 'Make both ends equally wide: take bits() of the wider one, or cat() zeros to the narrower.',
  'hdl/direction': 'Connect an output, or an input of the module itself, to an input.',
  'hdl/undriven': 'Connect something to it.',
  'hdl/two-drivers': 'Remove one of the two.',
  'hdl/unused': 'Connect it, or say with unused() that nobody needs it.',
  'hdl/name-twice': 'Give one of the two another name.',
  'hdl/no-state': 'Say with `state` of which kind the flip-flops are and how many there are.',
  'hdl/range': 'Take bits that exist.',
} as const;

export type HdlCode = keyof typeof remedies;

/** @param where module and the ends in question, e.g. `econ_mux: u_select.codes_i` */
export function hdlError(code: HdlCode, where: string, what: string): EconError {
  return new EconError({ code, where, what, remedy: remedies[code] });
}
