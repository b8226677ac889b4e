import type { Program } from '../emit/compile.js';
import { arity, Op } from '../graph/operation.js';
import { listSignals } from '../graph/signals.js';
import type { Word } from '../graph/words.js';
import { cellPlace, type FlatDesign } from '../read/flatten.js';
import type { Parts } from '../run/load-machine.js';
import { stateMap } from '../run/state-map.js';

/** Stages of a load: the flat netlist, the dataflow graph, the memory and the order of evaluation. */
export const STAGES = ['read', 'graph', 'emit'] as const;
export type Stage = (typeof STAGES)[number];

/** What a stage made of the design, as text: the same for the same design, nothing of time or place in it. */
export function stageText(parts: Parts, stage: Stage): string {
  const lines =
    stage === 'read'
      ? flatText(parts.design)
      : stage === 'graph'
        ? graphText(parts)
        : emitText(parts, new GraphNames(parts));
  return lines.join('\n');
}

/** Ports and cells, nets by the name that is nearest to the top. */
function flatText(design: FlatDesign): string[] {
  const names = new Map<number, { name: string; index?: number }>();
  for (const { name, bits, lsb, width } of listSignals(design))
    bits.forEach((bit, i) => {
      if (!names.has(bit)) names.set(bit, { name, index: width > 1 ? lsb + i : undefined });
    });
  let unnamed = 0;
  const nameOf = (bit: number) => {
    if (!names.has(bit)) names.set(bit, { name: `$${++unnamed}` });
    return names.get(bit) as { name: string; index?: number };
  };
  /** Highest bit first, as in a concatenation; bits of one name in a row as a range. */
  const show = (bits: Int32Array): string => {
    const words: string[] = [];
    if (bits.length > 1 && bits.every((bit) => bit > 1 && !names.has(bit))) {
      const name = `$${++unnamed}`;
      bits.forEach((bit, index) => {
        names.set(bit, { name, index });
      });
    }
    for (let i = bits.length - 1; i >= 0; ) {
      let j = i;
      if (bits[i] < 2) {
        let text = '';
        for (; j >= 0 && bits[j] < 2; j--) text += bits[j];
        words.push(`${text.length}'b${text}`);
      } else {
        const { name, index } = nameOf(bits[i]);
        for (j--; index !== undefined && j >= 0 && bits[j] > 1; j--) {
          const next = nameOf(bits[j]);
          if (next.name !== name || next.index !== index - (i - j)) break;
        }
        const low = index === undefined ? undefined : index - (i - j - 1);
        words.push(index === undefined ? name : `${name}[${low === index ? index : `${index}:${low}`}]`);
      }
      i = j;
    }
    return words.length === 1 ? words[0] : `{${words.join(', ')}}`;
  };
  const ports = Object.entries(design.top.module.ports).map(
    ([name, { direction, bits }]) => `  ${direction} ${name}: ${bits.length}`,
  );
  const cells = design.cells.map((cell) => {
    const pins = Object.entries(cell.ports).map(([port, bits]) => `${port}=${show(bits)}`);
    return `  ${cell.type} ${pins.join(' ')}  # ${cellPlace(cell)}`;
  });
  return [`design ${design.top.name}`, 'ports', ...ports, 'cells', ...cells];
}

/** What each output and register loads, and the operations behind it. */
function graphText(parts: Parts): string[] {
  const { program } = parts;
  const names = new GraphNames(parts);
  const { g, outputs, clocks, lowering } = program;
  const { registers, memoryWrites } = lowering;
  const roots = [...outputs.values()].flat().concat(clocks);
  for (const { next, async } of registers)
    roots.push(next, ...(async === undefined ? [] : [async.condition, async.value]));
  for (const { address, data, mask } of memoryWrites) roots.push(address, ...data, ...mask);
  const needed = new Set(roots);
  for (let n = g.length - 1; n >= 0; n--) if (needed.has(n)) g.operands(n, (o) => needed.add(o));
  const nodes = [...needed].sort((x, y) => x - y).filter((n) => names.isOperation(n));
  const show = (word: Word) =>
    word.length === 1
      ? names.of(word[0])
      : `{${[...word]
          .reverse()
          .map((n) => names.of(n))
          .join(', ')}}`;
  const edge = (domain: number) =>
    `at the ${lowering.domains[domain].positive ? 'rising' : 'falling'} edge of ${names.of(clocks[domain])}`;
  return [
    `graph ${parts.design.top.name}`,
    'operations',
    ...nodes.map((n) => `  ${names.of(n)} = ${names.operation(n)}`),
    'registers',
    ...registers.map(({ source, next, domain, async }) => {
      const loads = domain < 0 ? [] : [`${names.of(next)} ${edge(domain)}`];
      if (async !== undefined) loads.push(`${names.of(async.value)} while ${names.of(async.condition)}`);
      return `  ${names.source(source)} <= ${loads.join('; ')}`;
    }),
    'memory writes',
    ...memoryWrites.map(
      ({ memory, address, data, mask, domain }) =>
        `  ${memory.name}@${names.of(address)} <= ${show(data)} where ${show(mask)} ${edge(domain)}`,
    ),
    'outputs',
    ...[...outputs].map(([name, word]) => `  ${name} = ${show(word)}`),
  ];
}

/** Where state lies, and what is evaluated together; an operation with an address is stored there. */
function emitText({ design, program }: Parts, names: GraphNames): string[] {
  const { layout, blocks, code, functionCount, groupOf } = program;
  const hex = (address: number) => `0x${address.toString(16).padStart(4, '0')}`;
  return [
    `code ${design.top.name}: ${code.length} bytes, ${functionCount} functions, ${layout.bytes} bytes of state`,
    'state',
    ...Array.from(
      layout.sourceAddress,
      (address, s) => `  ${hex(address)} ${names.source(s)}, group ${groupOf[s]}`,
    ),
    ...blocks.flatMap(({ groups, nodes }, b) => [
      `block ${b}: after a change in group ${groups.join(', ')}`,
      ...nodes
        .filter((n) => names.isOperation(n))
        .map((n) => {
          const address = layout.nodeAddress[n];
          return `  ${names.of(n)} = ${names.operation(n)}${address < 0 ? '' : ` -> ${hex(address)}`}`;
        }),
    ]),
  ];
}

const OPERATIONS = Object.entries(Op).map(([name]) => name);

/** Names of nodes: operations are numbered as they are met, constants and sources stand for themselves. */
class GraphNames {
  private readonly numbers = new Map<number, number>();
  private readonly sources: string[];
  private readonly g: Program['g'];

  constructor({ design, program }: Parts) {
    const { lowering, g } = program;
    const { pieces } = lowering;
    this.g = g;
    const registers = stateMap({ design, program }).words.filter(({ kind }) => kind === 'register');
    let r = 0;
    this.sources = lowering.sources.slice(0, program.sourceCount).map((source) => {
      if (source.kind === 'memory') return source.name;
      const { name, lsb } =
        source.kind === 'register'
          ? registers[r++]
          : { name: source.name, lsb: pieces.pieceStart[source.piece] };
      if (source.kind === 'input' && design.top.module.ports[name]?.bits.length === 1) return name;
      return `${name}[${source.width === 1 ? lsb : `${lsb + source.width - 1}:${lsb}`}]`;
    });
  }

  isOperation(n: number): boolean {
    return this.g.op[n] !== Op.Const && this.g.op[n] !== Op.Source;
  }

  source(s: number): string {
    return this.sources[s];
  }

  of(n: number): string {
    const { g, numbers } = this;
    const value = g.value(n);
    if (value !== undefined) return String(value);
    if (g.op[n] === Op.Source) return this.source(g.a[n]);
    if (!numbers.has(n)) numbers.set(n, numbers.size + 1);
    return `%${numbers.get(n)}`;
  }

  operation(n: number): string {
    const { g } = this;
    const op = g.op[n];
    const operands = [g.a[n], g.b[n], g.c[n]].slice(0, arity[op]).map((o) => this.of(o));
    if (op === Op.Sext) operands.push(String(g.b[n]));
    if (op === Op.Read) operands.push(String(g.b[n]), this.source(g.c[n]));
    return `${OPERATIONS[op]} ${operands.join(', ')}`;
  }
}
