import { defaultEcontOptions, type EcontOptions, hasEncoder } from '../../blocks/index.js';
import { registerMap } from './table.js';
import { type Register, registerBits } from './types.js';

/** TMR error counters of the production map: the disagreements of which state each of them counts. */
export const ERROR_COUNTERS = [
  'chan_aligner',
  'chan_err',
  'chan_eprxgrp',
  'aligner',
  'err_top',
  'eprxgrp_top',
  'fast_ctrl_decoder',
  'clocks_and_resets',
  'erx',
  'etx',
  'mux_fix_calib',
  'algorithm',
  'formatter_buffer',
  'auto_encoder',
  'misc',
] as const;
export type ErrorCounter = (typeof ERROR_COUNTERS)[number];

/** The counter that watches the stored registers of a block. */
const watched: Readonly<Record<string, ErrorCounter>> = {
  ChAligner: 'chan_aligner',
  ChErr: 'chan_err',
  ChEprxGrp: 'chan_eprxgrp',
  Aligner: 'aligner',
  ErrTop: 'err_top',
  EprxGrpTop: 'eprxgrp_top',
  FCtrl: 'fast_ctrl_decoder',
  ClocksAndResets: 'clocks_and_resets',
  ERx: 'erx',
  ETx: 'etx',
  Mux: 'mux_fix_calib',
  Cal: 'mux_fix_calib',
  ConfigAlgo: 'mux_fix_calib',
  AlgoThreshold: 'algorithm',
  AlgoDroplsb: 'algorithm',
  FormatterBuffer: 'formatter_buffer',
  Encoder: 'auto_encoder',
};

/** Counter of a stored register; those of ours are counted with 'misc'. */
export function counterOf(register: Register): ErrorCounter {
  return watched[register.block] ?? 'misc';
}

/** What the registers do that the chip of the autoencoder does without. */
const functions: Readonly<Record<string, string>> = {
  'ChAligner.status': 'hdr_mm_err: a header of this link was wrong; the other bits read 0.',
  'ChAligner.select': 'Reads its reset value: words come in aligned.',
  'ChAligner.hdr_mm_cntr': 'Wrong headers of this link since status_clear or rw_err_clr, saturating.',
  'Aligner.orbsyn_hdr':
    'Header of the first BX of an orbit, for the check of headers; mask bits of 1 are ignored.',
  'Aligner.idle_hdr': 'Header of the other BX, for the check of headers; mask bits of 1 are ignored.',
  'FCtrl.counter': 'Fast commands received: number 11 counts link resets of ECON-T, the others read 0.',
  'ClocksAndResets.clear': 'A 1 in bit 4 or 5 clears the counter of that number.',
  'ClocksAndResets.pusm_config':
    'pusm_run starts the data path: link words are 0 until it is set. Other fields are kept only.',
  'ClocksAndResets.pusm_counter':
    'Number 4 counts how often the running state was left, 5 upsets of the state; the others read 0.',
  'ClocksAndResets.status': 'pusm_state: 1 before pusm_run is set, 8 when running; other fields read 0.',
  'ConfigAlgo.config_algo':
    'Algorithm and density; 5, 6 and 7 act as the repeater (3). Link words are 0 when the chip does not include it.',
  'AlgoThreshold.threshold':
    'Threshold sum: cells with at least this charge are sent. Compared before any drop.',
  'AlgoDroplsb.drop_lsb': 'Lowest bits of charges that are dropped, 0 to 4; 5 to 7 drop none.',
  'FormatterBuffer.buff_t1': 'Threshold sum: a packet that would fill the buffer beyond this is truncated.',
  'FormatterBuffer.buff_t2': 'Threshold sum: with more words waiting than this, short packets are truncated.',
  'FormatterBuffer.buff_t3':
    'Longest packet that buff_t2 truncates; use_sum 1: the module sum is of all cells, not of those not sent.',
  'FormatterBuffer.links':
    'Kind of super trigger cells; active links: the ones in active_etxs are counted, packets begin on eTx 0.',
  'FormatterBuffer.idle_pattern': 'Threshold sum: lower 11 bits of the words sent when none wait.',
  'FormatterBuffer.link_reset_pattern':
    'Lower 11 bits of the words sent during a link reset; etx_pattern is kept only.',
  'FormatterBuffer.status': 'More than 400 words waited in the buffer since status_clear or rw_err_clr.',
  'Misc.command': 'status_clear clears the header check and the overflow flag; the other bits do nothing.',
};

/** Read-only registers of the production map that give more than 0. */
const statuses = new Set([
  'ChAligner.status',
  'ChAligner.select',
  'ChAligner.hdr_mm_cntr',
  'FCtrl.counter',
  'ClocksAndResets.pusm_counter',
  'ClocksAndResets.status',
  'FormatterBuffer.status',
]);
const commands = new Set(['ClocksAndResets.clear', 'Misc.command']);

/** The name of a register in a settings file, without the element. */
function pathOf(register: Register): string {
  return `${register.block}.${register.name}`;
}

/**
 * The register map of the whole ECON-T: every register of production is stored, counts or tells something, or reads 0;
 * and ours beside them. Those of the weight memory are there with the autoencoder only. By address.
 */
export function econtRegisters(econt: EcontOptions = defaultEcontOptions): readonly Register[] {
  const encoder = hasEncoder({ econt });
  return registerMap
    .filter((r) => encoder || (r.block !== 'WeightMemory' && r.storage !== 'weights'))
    .map((r): Register => {
      const path = pathOf(r);
      const doc = functions[path];
      if (r.storage !== 'absent') return { ...r, signal: r.signal ?? r.name, doc: doc ?? r.doc };
      const signal = signalOf(r);
      if (r.name.startsWith('tmr_err_cnt_')) {
        const counter = r.name.slice('tmr_err_cnt_'.length);
        return {
          ...r,
          storage: 'counter',
          signal: counter,
          doc: `Clocks with a disagreement of copies in ${counter}.`,
        };
      }
      if (r.fields[0].access === 'rw')
        return {
          ...r,
          storage: 'stored',
          signal,
          doc: doc ?? 'Kept and read back; no function in this chip.',
        };
      if (statuses.has(path)) return { ...r, storage: 'status', signal, doc };
      if (commands.has(path)) return { ...r, storage: 'command', signal, doc };
      return r;
    });
}

/** `threshold`, `buff_t1`; with the block in front where the name alone says nothing: `aligner_config`. */
function signalOf(register: Register): string {
  const clear = register.name.includes('_') || register.name === 'threshold';
  const block = register.block.replace(/(?<=[a-z])(?=[A-Z])/g, '_').toLowerCase();
  return clear ? register.name : `${block}_${register.name}`;
}

/** Bits of all elements; the fields of a register lie one above the other from bit 0 on. */
export function arrayBits(register: Register): number {
  return register.count * registerBits(register);
}
