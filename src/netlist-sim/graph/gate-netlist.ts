import { type CellReader, type DesignNets, takeApart } from '../read/hierarchy.js';
import type { Netlist } from '../read/netlist.js';
import type { Scope } from '../read/paths.js';
import { unsupportedCell } from './cells.js';

/** Pins of simple cells by place; the input AD of a register stands in the place of A. */
export const PINS = ['A', 'B', 'C', 'D', 'E', 'R', 'S', 'L'] as const;
const PLACE: Readonly<Record<string, number>> = {
  ...Object.fromEntries(PINS.map((pin, i) => [pin, i])),
  AD: 0,
  Y: PINS.length,
  Q: PINS.length,
};
export const OUTPUT = PINS.length;
/** Numbers per cell in `pins`. */
export const STRIDE = PINS.length + 1;

/** A netlist of simple gates, flat, in typed arrays: a million gates are a matter of course. */
export interface GateDesign extends DesignNets {
  readonly types: readonly string[];
  /** Cell -> index into `types`. */
  readonly typeOf: Uint16Array;
  /** STRIDE bits per cell, resolved; 0 where the cell has no such pin. */
  readonly pins: Int32Array;
  readonly count: number;
  /** Cell -> instance that it belongs to. */
  readonly scopeOf: (cell: number) => Scope;
}

/**
 * Takes a netlist of simple cells (`$_AND_`, `$_DFF_P_`, ...), as Yosys leaves after `synth`, apart. Each module is
 * read once, however often it is used.
 * @throws EconError `simulation/unsupported-cell` for cells of words: such a netlist is for `Simulator`
 */
export function flattenGates(netlist: Netlist, topName: string): GateDesign {
  const types: string[] = [];
  const typeIndex = new Map<string, number>();
  const readCells: CellReader<Pick<GateDesign, 'typeOf' | 'pins'>> = (cells, number, moduleName) => {
    const gates = cells.filter(([, { type }]) => type !== '$scopeinfo');
    const pins = new Int32Array(gates.length * STRIDE);
    const typeOf = Uint16Array.from(gates, ([name, json], cell) => {
      const { type } = json;
      for (const [port, bits] of Object.entries(json.connections)) {
        if (!type.startsWith('$_') || PLACE[port] === undefined || bits.length !== 1)
          throw unsupportedCell({ type, json, name, scope: { name: moduleName, path: '' } });
        pins[cell * STRIDE + PLACE[port]] = number(bits[0]);
      }
      let index = typeIndex.get(type);
      if (index === undefined) {
        index = types.push(type) - 1;
        typeIndex.set(type, index);
      }
      return index;
    });
    return { typeOf, pins };
  };
  const { instances, flat, ...nets } = takeApart(netlist, topName, readCells);
  const count = instances.reduce((n, { cells }) => n + cells.typeOf.length, 0);
  const typeOf = new Uint16Array(count);
  const pins = new Int32Array(count * STRIDE);
  const ends: number[] = [];
  let at = 0;
  for (const scope of instances) {
    const { cells } = scope;
    typeOf.set(cells.typeOf, at);
    for (let i = 0; i < cells.pins.length; i++) pins[at * STRIDE + i] = flat(scope, cells.pins[i]);
    at += cells.typeOf.length;
    ends.push(at);
  }
  return {
    ...nets,
    types,
    typeOf,
    pins,
    count,
    scopeOf: (cell) => instances[ends.findIndex((end) => cell < end)],
  };
}
