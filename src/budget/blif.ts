import type { JsonBit, JsonCell, JsonModule, Netlist } from '../netlist-sim/index.js';

type Ports = Record<string, JsonBit[]>;

const CONSTANTS: Readonly<Record<string, JsonBit>> = { $false: '0', $true: '1', $undef: 'x' };

/**
 * Modules of gates in BLIF, as Yosys writes it (`write_blif -icells -conn`), as a netlist of the simulator.
 * @param modules name -> BLIF
 */
export function readBlif(modules: ReadonlyMap<string, string>): Netlist {
  return { modules: Object.fromEntries([...modules].map(([name, blif]) => [name, readModule(blif)])) };
}

function readModule(blif: string): JsonModule {
  const lines = blif.split('\n').map((line) => line.split(' '));
  /** What drives a net that is only another name. */
  const source = new Map(lines.flatMap(([word, from, to]) => (word === '.conn' ? [[to, from]] : [])));
  const numbers = new Map<string, number>();
  const bit = (net: string): JsonBit => {
    const from = source.get(net);
    if (from !== undefined) return bit(from);
    if (CONSTANTS[net] !== undefined) return CONSTANTS[net];
    if (!numbers.has(net)) numbers.set(net, numbers.size + 2);
    return numbers.get(net) as number;
  };
  const ports: Record<string, JsonModule['ports'][string]> = {};
  const cells: [string, JsonCell][] = [];
  for (const [word, ...rest] of lines) {
    if (word === '.inputs' || word === '.outputs') {
      const direction = word === '.inputs' ? 'input' : 'output';
      for (const [name, bits] of Object.entries(grouped(rest.map((net) => [net, bit(net)]))))
        ports[name] = { direction, bits };
    } else if (word === '.subckt') {
      const pins = rest.slice(1).map((pin): [string, JsonBit] => {
        const at = pin.lastIndexOf('=');
        return [pin.slice(0, at), bit(pin.slice(at + 1))];
      });
      const cell = { type: rest[0], parameters: {}, attributes: {}, connections: grouped(pins) };
      cells.push([`g${cells.length}`, cell]);
    }
  }
  return { attributes: {}, ports, cells: Object.fromEntries(cells), netnames: {} };
}

/** Bits by the ports that they are of: `a[3]` is bit 3 of a. */
function grouped(bits: readonly (readonly [name: string, bit: JsonBit])[]): Ports {
  const ports: Ports = {};
  for (const [name, bit] of bits) {
    const [, port, index] = /^(.*?)(?:\[(\d+)\])?$/.exec(name) as RegExpExecArray;
    ports[port] ??= [];
    ports[port][Number(index ?? 0)] = bit;
  }
  return ports;
}
