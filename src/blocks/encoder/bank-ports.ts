import { IMAGE_CELLS, INPUT_BITS, LATENT_BITS, LATENTS, WEIGHT_BLOCK_BYTES } from '../../encoder/index.js';
import { concat, type Port, type PortGroup, slice } from '../../hdl/index.js';
import { SUM_CODE_BITS } from '../normaliser/parameters.js';
import { clockOnly, errorPort } from '../stage.js';

/** Bits of a weight bank. */
export const BANK_BITS = 8 * WEIGHT_BLOCK_BYTES;

/** Name of a weight bank's signal, `weights_03`. */
export function bankName(bank: number): string {
  return `weights_${String(bank).padStart(2, '0')}`;
}

/** Bits of the weight string as a concatenation of slices of the bank ports, which they may straddle. */
export function weightSlice(first: number, count: number): string {
  const parts: string[] = [];
  const end = first + count;
  for (let bit = first; bit < end; ) {
    const bank = Math.floor(bit / BANK_BITS);
    const width = Math.min(end, (bank + 1) * BANK_BITS) - bit;
    parts.unshift(slice(`${bankName(bank)}_i`, bit - bank * BANK_BITS, width));
    bit += width;
  }
  return concat(parts);
}

/** Ports of every encoder. @param note what is said of the first bank */
export function encoderGroups(banks: number, note: string): PortGroup[] {
  const weightPorts: Port[] = Array.from({ length: banks }, (_, n) => ({
    direction: 'input',
    width: BANK_BITS,
    name: `${bankName(n)}_i`,
    note: n === 0 ? note : undefined,
  }));
  return [
    clockOnly,
    { title: 'weights, one port per bank', ports: weightPorts },
    {
      title: 'from the normaliser',
      ports: [
        { direction: 'input', width: IMAGE_CELLS * INPUT_BITS, name: 'x_i' },
        { direction: 'input', width: SUM_CODE_BITS, name: 'sum_code_i' },
        { direction: 'input', width: 5, name: 'bx_i' },
      ],
    },
    {
      title: 'to the formatter',
      ports: [
        { direction: 'output', width: LATENTS * LATENT_BITS, name: 'latents_o' },
        { direction: 'output', width: SUM_CODE_BITS, name: 'sum_code_o' },
        { direction: 'output', width: 5, name: 'bx_o' },
        errorPort,
      ],
    },
  ];
}
