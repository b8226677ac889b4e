import { fieldPath, type Register } from '../map/register.js';
import { type Entry, settingError } from '../settings/tree.js';
import { type Place, placeOf, registersOfGeneration, wholeRegister } from './names.js';

// The nested layout of P1's first test stands: `ECON-T: {RW: {BLOCK: {registers: {REGISTER: ...}}}}`, where a register
// has a `value`, or `params: {NAME: {param_value}}`; `*` in a name stands for every element, with one value or a list.

/** Words of the layout that describe registers; they set nothing. */
const description =
  /^(n_?iterations|addr_base|addr_offset|addr_shift|block_shift|size_byte|param_mask|param_shift|ninput|noutput)$/;

export function isNested(entries: readonly Entry[]): boolean {
  return entries.some((e) => /^ECON-?T\./i.test(e.path));
}

/** Is this a value that says where or how wide a register is, instead of what it holds? */
export function isDescription(path: string): boolean {
  return description.test(path.split('.').at(-1) ?? '');
}

interface Target {
  readonly register: Register;
  readonly index: number;
  /** Field that the register of the layout is (weights), instead of a register of fields. */
  readonly field?: string;
}

/** Where an entry lies; of a list, where its element k. @throws EconError chip/bad-setting for an unknown name */
export function nestedPlaces(entry: Entry, name: string): Place[] {
  const fail = (what: string, remedy: string): Error => settingError(name, entry.line, what, remedy);
  const levels = entry.path.split('.').slice(1);
  if (/^(RW|RO|WO)$/i.test(levels[0] ?? '')) levels.shift();
  const [block, ...below] = levels;
  if (below[0] === 'registers') below.shift();
  const [register, ...rest] = below;
  const targets = block && register ? find(block, register) : [];
  if (targets.length === 0) {
    const near = nearest(`${block}.${register ?? ''}`)?.replace('.', '.registers.');
    const remedy = near ? `Did you mean ${near}?` : 'Blocks are FMTBUF_ALL, MFC_MUX_SELECT, ...';
    throw fail(`${entry.path} is not a register of the nested layout.`, remedy);
  }
  // A list gives one value for each element.
  const last = /^\d+$/.test(rest.at(-1) ?? '') ? Number(rest.pop()) : undefined;
  const chosen = last === undefined ? targets : targets.filter((t) => t.index === last);
  if (chosen.length === 0) {
    const what = `${entry.path}: the list has more values than ${register} has elements (${targets.length}).`;
    throw fail(what, `Give ${targets.length} values.`);
  }
  if (rest[0] === 'value' && rest.length === 1) return chosen.map(targetPlace);
  const [params, parameter, kind] = rest;
  if (params !== 'params' || kind !== 'param_value' || rest.length !== 3) {
    const remedy = 'Write value: N for a whole register, or params: {NAME: {param_value: N}}.';
    throw fail(`${entry.path}: ${rest.at(-1) ?? register} is no key of the nested layout.`, remedy);
  }
  const places = chosen.flatMap((t) => parameterOf(t, parameter, register));
  if (places.length > 0) return places;
  const known = targets[0].register.fields.map((f) => f.name).join(', ');
  throw fail(`${register} has no parameter ${parameter}.`, `It has: ${known}.`);
}

function targetPlace({ register, index, field }: Target): Place {
  const one = register.fields.find((f) => f.name === field);
  if (one) return placeOf(register, index, one);
  return { ...wholeRegister(register, index), path: fieldPath(register, index, register.fields[0]) };
}

/** Registers, or elements, that a block and a register of the layout name. */
function find(block: string, name: string): Target[] {
  const wanted = `${block}.${name}`.toLowerCase();
  const found: Target[] = [];
  for (const register of registersOfGeneration('P1')) {
    if (!register.nested) continue;
    for (const field of register.nested.includes('{f}') ? register.fields.map((f) => f.name) : [undefined]) {
      const pattern = register.nested.replace('{f}', field ?? '').toLowerCase();
      for (let index = 0; index < register.count; index++) {
        if (wanted === pattern || wanted === pattern.replace('*', String(index)))
          found.push({ register, index, field });
      }
    }
  }
  return found;
}

function parameterOf({ register, index }: Target, parameter: string, inside: string): Place[] {
  const wanted = squeeze(parameter);
  const spelt = [wanted, `ch${wanted}`, `mux${wanted}`, squeeze(inside) + wanted];
  const field = register.fields.find((f) => spelt.includes(squeeze(f.name)));
  return field ? [placeOf(register, index, field)] : [];
}

/** `fromMemToLJCDR_CBOvcoCapSelect` and `vco_cap_select` are one name. */
function squeeze(name: string): string {
  return name
    .toLowerCase()
    .replace(/^from(memtoljcdr|framealigner)_/, '')
    .replace(/_/g, '')
    .replace(/^cbo/, '');
}

function nearest(wanted: string): string | undefined {
  const letters = new Set(wanted.toLowerCase());
  let best: string | undefined;
  let most = 0;
  for (const { nested } of registersOfGeneration('P1')) {
    if (!nested) continue;
    const [block] = wanted.split('.');
    // Same block, or the one that begins alike.
    let same = 0;
    while (same < wanted.length && nested[same] === wanted[same]) same++;
    const score = same + (nested.startsWith(`${block}.`) ? letters.size : 0);
    if (score > most && same > 2) [most, best] = [score, nested];
  }
  return best;
}
