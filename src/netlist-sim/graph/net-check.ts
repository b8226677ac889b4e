import type { Finding } from '../read/findings.js';
import { cellPlace, type FlatDesign } from '../read/flatten.js';
import { inScope, scopesOf } from '../read/hierarchy.js';
import { sourceOf } from '../read/netlist.js';
import { findMemories, isMemoryRead, memoryName } from './memories.js';
import { initialValues } from './names.js';

/**
 * Nets that something reads and nothing drives, memories that nothing fills, drivers that the hierarchy hides behind a
 * constant. What has an initial value is a constant, as in Verilog.
 */
export function checkNets(design: FlatDesign): Finding[] {
  const driven = new Uint8Array(design.bitCount);
  driven[0] = driven[1] = 1;
  const drive = (bit: number) => {
    driven[bit] = 1;
  };
  const open = new Set<number>();
  const read = (bit: number) => {
    if (driven[bit] === 0) open.add(bit);
  };
  const ports = Object.values(design.top.module.ports);
  const portBits = (isOutput: boolean) =>
    ports
      .filter(({ direction }) => (direction === 'output') === isOutput)
      .flatMap(({ bits }) => [...design.bits(design.top, bits)]);
  const cellPorts = (direction: 'input' | 'output', visit: (bit: number) => void) => {
    for (const { json, ports } of design.cells)
      for (const name in ports) if (json.port_directions?.[name] === direction) ports[name].forEach(visit);
  };
  portBits(false).forEach(drive);
  cellPorts('output', drive);
  initialValues(design, drive);
  cellPorts('input', read);
  portBits(true).forEach(read);
  return [
    ...design.ignored.map(
      ({ path, source }): Finding => ({
        kind: 'multiple-drivers',
        where: source || path,
        what: `output ${path} drives a net that is constant.`,
      }),
    ),
    ...openNets(design, open),
    ...emptyMemories(design),
  ];
}

/** One finding for each net, under the name that is nearest to the top. */
function openNets(design: FlatDesign, open: Set<number>): Finding[] {
  const out: Finding[] = [];
  for (const scope of scopesOf(design)) {
    if (open.size === 0) break;
    const nets = Object.entries(scope.module.netnames).sort(([, a], [, b]) => a.hide_name - b.hide_name);
    for (const [name, net] of nets) {
      const bits = design.bits(scope, net.bits);
      const missing = [...bits.keys()].filter((i) => open.has(bits[i]));
      if (missing.length === 0 || (net.hide_name === 1 && !name.startsWith('$'))) continue;
      for (const i of missing) open.delete(bits[i]);
      const range = missing.length === bits.length ? '' : ranges(missing, net.offset ?? 0);
      out.push({
        kind: 'undriven',
        where: sourceOf(net.attributes) || scope.path || scope.name,
        what: `nothing drives ${inScope(scope, name)}${range}, which is read.`,
      });
    }
  }
  return out;
}

/** `[7:4][0]` */
function ranges(places: readonly number[], offset: number): string {
  let text = '';
  for (let i = 0; i < places.length; ) {
    let n = 1;
    while (places[i + n] === places[i] + n) n++;
    const [low, high] = [places[i] + offset, places[i] + n - 1 + offset];
    text = `[${n === 1 ? low : `${high}:${low}`}]${text}`;
    i += n;
  }
  return text;
}

function emptyMemories(design: FlatDesign): Finding[] {
  const memories = findMemories(design);
  const told = new Set<string>();
  const out: Finding[] = [];
  for (const cell of design.cells) {
    if (!isMemoryRead(cell)) continue;
    const name = memoryName(cell);
    const memory = memories.get(name);
    if (memory === undefined || memory.writePorts.length > 0 || memory.initial.length > 0 || told.has(name))
      continue;
    told.add(name);
    out.push({
      kind: 'undriven',
      where: cellPlace(cell),
      what: `nothing writes the memory ${name}, which is read.`,
    });
  }
  return out;
}
