import {
  buildNumber,
  type ChipOptions,
  hasEncoder,
  includedAlgorithms,
  inputFormat,
} from '../../blocks/index.js';
import { counterWith, fieldDocs, fieldWires, functions, isOfEncoder, meanings } from '../econt/functions.js';
import { ownRegisters, productionRegisters, weights } from '../econt/production.js';
import type { Field, Register } from '../map/register.js';

/** Names of registers of one word that say enough. */
const CLEAR = ['threshold', 'mux', 'cal', 'links', 'weights', 'build'];
const ERROR_COUNTER = 'tmr_err_cnt_';
const NOTHING = 'No function in this chip: writes are acknowledged and dropped, reads give 0.';

/** The name of a register in a settings file, without the element. */
function pathOf({ block, name }: Register): string {
  return `${block}.${name}`;
}

/**
 * The register map: every register of production is stored, counts or tells something, or reads 0; and ours beside
 * them. The one source of I2C decode, defaults, documentation and settings scripts. By address.
 */
export const registerMap: readonly Register[] = [...productionRegisters, weights, ...ownRegisters]
  .map(withFunction)
  .sort((a, b) => a.address - b.address);

function withFunction(r: Register): Register {
  const path = pathOf(r);
  const known = functions[path];
  const watches = r.name.startsWith(ERROR_COUNTER);
  const tells = known?.tells || known?.tallies ? 'status' : undefined;
  const written = r.fields[0].access === 'rw' ? 'stored' : undefined;
  const storage = known?.storage ?? tells ?? written ?? (watches || path in meanings ? 'counter' : 'absent');
  if (storage === 'absent') return absent(r);
  const counter = watches ? r.name.slice(ERROR_COUNTER.length) : undefined;
  const plain = counter
    ? `Clocks with a disagreement of copies in ${counter}.`
    : 'Kept and read back; no function in this chip.';
  const doc = storage === 'counter' ? 'saturates at 255; 0 while rw_err_clr is 1' : undefined;
  return {
    ...r,
    storage,
    signal: known?.signal ?? counter ?? signalOf(r),
    doc: meanings[path] ?? plain,
    fields: r.fields.map((f) => ({ ...f, doc: fieldDocs[f.name] ?? doc })),
  };
}

function absent(r: Register): Register {
  const fields = r.fields.map((f) => ({ ...f, doc: undefined }));
  return { ...r, storage: 'absent', signal: undefined, doc: NOTHING, fields };
}

/** `threshold`, `buff_t1`; with the block in front where the name alone says nothing: `aligner_config`. */
function signalOf({ block, name }: Register): string {
  const clear = name.includes('_') || CLEAR.includes(name);
  return clear ? name : `${block.replace(/(?<=[a-z])(?=[A-Z])/g, '_').toLowerCase()}_${name}`;
}

/** Where registers of each cell lie in a chip of another detector than HGCAL: above those of production. */
const OF_CELLS: Readonly<Record<string, number>> = { mux: 0x1000, cal: 0x1100 };

/** All registers of a detector's chip, by address. */
function mapOf({ detector }: Pick<ChipOptions, 'detector'>): readonly Register[] {
  if (detector === undefined) return registerMap;
  const count = inputFormat({ detector }).cells;
  return registerMap
    .map((r) => (r.name in OF_CELLS ? { ...r, address: OF_CELLS[r.name], count } : r))
    .sort((a, b) => a.address - b.address);
}

/**
 * The registers of a chip. A whole ECON-T has all of them, those of the weight memory with the autoencoder only; without
 * the rest of ECON-T registers that the autoencoder does without have no function.
 */
export function chipRegisters(options: Pick<ChipOptions, 'econt' | 'detector'>): readonly Register[] {
  const encoder = hasEncoder(options);
  return mapOf(options)
    .filter((r) => encoder || (r.block !== 'WeightMemory' && r.storage !== 'weights'))
    .map((r): Register => {
      if (!options.econt && !isOfEncoder(pathOf(r))) return absent(r);
      // Registers that are read in part tell which part is not.
      if (r.storage !== 'stored' || !r.fields.some((f) => isRead(options, f))) return r;
      return { ...r, fields: r.fields.map((f) => (isRead(options, f) ? f : { ...f, doc: 'no function' })) };
    });
}

/** The wire of a field at the top of the chip. */
export function wireOf({ name }: Field): string {
  return fieldWires[name] ?? name;
}

/** Is a field of a stored register read by a part of the chip? */
export function isRead(options: Pick<ChipOptions, 'econt'>, field: Field): boolean {
  const wire = wireOf(field);
  return (
    ['mux', 'cal', 'algorithm', 'high_density', 'active_etxs', 'rw_err_clr'].includes(wire) ||
    (options.econt !== undefined &&
      ['run', 'link_reset_pattern', 'orbit_value', 'orbit_mask', 'idle_value', 'idle_mask'].includes(wire)) ||
    includedAlgorithms(options).some(({ registers }) => registers.includes(wire))
  );
}

/** Fields of a status register that blocks bring. */
export function toldFields(register: Register): readonly Field[] {
  return register.fields.filter((f) => functions[pathOf(register)]?.tells?.includes(f.name));
}

/** Elements of a status register that count events. */
export function talliesOf(register: Register): readonly (readonly [element: number, event: string])[] {
  return Object.entries(functions[pathOf(register)]?.tallies ?? {}).map(([k, event]) => [Number(k), event]);
}

/** The error counter that watches a stored register. */
export function counterOf({ block }: Register): string {
  return counterWith('registers', block) ?? 'misc';
}

/** Bits of a command register that do something: those with the numbers of counters of its block clear these. */
export function commandBits({ block }: Register): readonly number[] {
  const tallied = registerMap.filter((r) => r.block === block).flatMap(talliesOf);
  return tallied.length > 0 ? tallied.map(([element]) => element) : [0];
}

/** What a field of a status register reads before anything has happened; the table has the values of the production chip. */
export function powerUp(options: ChipOptions, register: Register, field: Field): bigint {
  switch (register.signal) {
    case 'build':
      return (BigInt(buildNumber(options)) >> BigInt(field.lsb)) & ((1n << BigInt(field.width)) - 1n);
    case 'computed_crc':
      return (1n << BigInt(field.width)) - 1n; // of no bytes at all
    case 'clocks_and_resets_status':
      return field.name === 'pusm_state' ? 1n : 0n;
    case 'ch_aligner_select':
      return field.reset;
    default:
      return 0n;
  }
}

/** Reset value of element `index`; only the mux differs from element to element. */
export function elementReset(register: Register, index: number): bigint {
  if (register.signal === 'mux') return BigInt(index);
  if (register.resetValue !== undefined) return register.resetValue;
  return register.fields.reduce((value, f) => value | (f.reset << BigInt(f.lsb)), 0n);
}

/** The register of this name. */
export function registerNamed(name: string, options: Pick<ChipOptions, 'detector'> = {}): Register {
  const found = mapOf(options).find((r) => r.name === name && r.storage !== 'absent');
  if (!found) throw new Error(`no register ${name} in the chip`);
  return found;
}
