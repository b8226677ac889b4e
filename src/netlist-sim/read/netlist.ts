import { EconError } from '../../base/index.js';

/** The part of Yosys' JSON netlist that we read. A bit is a net number or a constant. */
export type JsonBit = number | '0' | '1' | 'x' | 'z';

export interface JsonCell {
  readonly type: string;
  readonly parameters: Readonly<Record<string, string | number>>;
  readonly attributes: Readonly<Record<string, string | number>>;
  readonly port_directions?: Readonly<Record<string, 'input' | 'output' | 'inout'>>;
  readonly connections: Readonly<Record<string, readonly JsonBit[]>>;
}

export interface JsonModule {
  readonly attributes: Readonly<Record<string, string | number>>;
  readonly ports: Readonly<
    Record<string, { readonly direction: 'input' | 'output' | 'inout'; readonly bits: readonly JsonBit[] }>
  >;
  readonly cells: Readonly<Record<string, JsonCell>>;
  readonly memories?: Readonly<
    Record<
      string,
      {
        readonly width: number;
        readonly start_offset: number;
        readonly size: number;
        readonly attributes?: Readonly<Record<string, string | number>>;
      }
    >
  >;
  readonly netnames: Readonly<
    Record<
      string,
      {
        readonly hide_name: number;
        readonly bits: readonly JsonBit[];
        readonly offset?: number;
        readonly upto?: number;
        readonly signed?: number;
        readonly attributes: Readonly<Record<string, string | number>>;
      }
    >
  >;
}

export interface Netlist {
  readonly modules: Readonly<Record<string, JsonModule>>;
  /** Names that the Verilog escapes (`\\a.b `), without the backslash: a dot in them separates nothing. */
  readonly escaped?: readonly string[];
}

export function isNetlist(source: object): source is Netlist {
  return typeof (source as Partial<Netlist>).modules === 'object';
}

/** The name of the top module. */
export function topModule(netlist: Netlist, wanted?: string): string {
  const names = Object.keys(netlist.modules);
  if (wanted !== undefined) {
    if (netlist.modules[wanted] !== undefined) return wanted;
    throw new EconError({
      code: 'simulation/no-top',
      where: wanted,
      what: 'the netlist has no module of this name.',
      remedy: `Its modules are: ${names.slice(0, 12).join(', ')}.`,
    });
  }
  const marked = names.filter((name) => binary(netlist.modules[name].attributes.top) === 1);
  if (marked.length === 1) return marked[0];
  const used = new Set(
    names.flatMap((name) => Object.values(netlist.modules[name].cells).map((c) => c.type)),
  );
  const roots = names.filter((name) => !used.has(name));
  if (roots.length === 1) return roots[0];
  throw new EconError({
    code: 'simulation/no-top',
    where: 'netlist',
    what: `several modules could be the top one: ${roots.slice(0, 12).join(', ')}.`,
    remedy: 'Name it with the option top.',
  });
}

/** Number in a parameter or attribute: Yosys writes bits (`"00101"`) or numbers; x counts as 0. */
export function binary(value: string | number | undefined): number {
  if (value === undefined) return 0;
  if (typeof value === 'number') return value;
  const bits = value.replace(/[^01]/g, '0');
  return bits === '' ? 0 : Number.parseInt(bits, 2);
}

/** Bits of a parameter, lowest first, x as 0. */
export function parameterBits(value: string | number | undefined, width: number): Uint8Array {
  const bits = new Uint8Array(width);
  if (typeof value === 'number') {
    for (let i = 0; i < Math.min(width, 53); i++) bits[i] = Math.floor(value / 2 ** i) & 1;
  } else if (value !== undefined) {
    for (let i = 0; i < Math.min(width, value.length); i++)
      bits[i] = value[value.length - 1 - i] === '1' ? 1 : 0;
  }
  return bits;
}

/** `file.v:12` of a cell, from its attribute `src` (`rtl/mux.v:12.3-14.6`). */
export function sourceOf(attributes: Readonly<Record<string, string | number>>): string {
  const src = String(attributes.src ?? '').split('|')[0];
  return src.replace(/:(\d+)\.\d+-\d+\.\d+$/, ':$1');
}
