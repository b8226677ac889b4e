import { type Bits, type CellReader, type DesignNets, numbered, takeApart } from './hierarchy.js';
import { type JsonCell, type Netlist, sourceOf } from './netlist.js';
import type { Scope } from './paths.js';

export interface FlatCell {
  readonly type: string;
  readonly json: JsonCell;
  readonly scope: Scope;
  readonly name: string;
  readonly ports: Readonly<Record<string, Bits>>;
}

/** What messages say of a cell. */
export interface CellName extends Pick<FlatCell, 'type' | 'json' | 'name'> {
  readonly scope: Pick<Scope, 'name' | 'path'>;
}

export interface FlatDesign extends DesignNets {
  readonly cells: readonly FlatCell[];
}

/** Cells that only talk to a simulator's console or to formal tools. */
const SILENT = new Set(['$scopeinfo', '$print', '$check', '$assert', '$assume', '$cover', '$live', '$fair']);

/** The cells of all instances in one list. Names stay with the instances (`Scope`). */
export function flatten(netlist: Netlist, topName: string): FlatDesign {
  const { instances, flat, ...nets } = takeApart(netlist, topName, readCells);
  // One array for the ports of all cells: a hundred thousand small ones would cost more than all the rest.
  const pool = new Int32Array(
    instances.reduce((n, { cells }) => n + cells.reduce((m, { ports }) => m + bitsOf(ports), 0), 0),
  );
  let used = 0;
  const cells: FlatCell[] = [];
  for (const scope of instances) {
    for (const { name, json, ports } of scope.cells) {
      const own: Record<string, Bits> = {};
      for (const port in ports) {
        const local = ports[port];
        const begin = used;
        for (let i = 0; i < local.length; i++) pool[used++] = flat(scope, local[i]);
        own[port] = pool.subarray(begin, used);
      }
      cells.push({ type: json.type, json, scope, name, ports: own });
    }
  }
  return { ...nets, cells };
}

function bitsOf(ports: Readonly<Record<string, Bits>>): number {
  let bits = 0;
  for (const port in ports) bits += ports[port].length;
  return bits;
}

const readCells: CellReader<Pick<FlatCell, 'name' | 'json' | 'ports'>[]> = (cells, number) =>
  cells
    .filter(([, json]) => !SILENT.has(json.type))
    .map(([name, json]) => ({ name, json, ports: numbered(json.connections, number) }));

/** `file.v:12 (u_encoder.u_conv)`: where a cell stands in the text and in the hierarchy. */
export function cellPlace({ json, name, scope }: CellName): string {
  const source = sourceOf(json.attributes);
  const path = scope.path === '' ? scope.name : scope.path;
  return source === '' ? `${path}.${name}` : `${source} (${path})`;
}
