import { EconError } from '../../base/index.js';
import { Lowering, type Source } from '../graph/lower.js';
import { listSignals } from '../graph/signals.js';
import type { Word } from '../graph/words.js';
import type { Bits, FlatDesign } from '../read/flatten.js';
import { type Assembled, type AssembleOptions, assemble } from './assemble.js';

export type { Statistics } from './assemble.js';

/** A design ready to run, and what is needed to talk to it by name. */
export interface Program extends Assembled {
  readonly lowering: Lowering;
  /** Sources that are simulated: those found later (by peeking at removed logic) have higher numbers. */
  readonly sourceCount: number;
}

export interface CompileOptions extends Omit<AssembleOptions, 'bits'> {
  /** Also simulate registers that reach no output. */
  readonly keepAll?: boolean;
  /** Signals that can be forced. */
  readonly forceable?: readonly Bits[];
}

/**
 * Builds the program of a flat design. What neither an output nor a register that matters to one depends on is
 * left out.
 */
export function compile(design: FlatDesign, options: CompileOptions = {}): Program {
  const lowering = new Lowering(design, options.forceable);
  const outputs = new Map<string, Word>();
  for (const [name, port] of Object.entries(design.top.module.ports)) {
    const bits = design.bits(design.top, port.bits);
    if (port.direction === 'output') outputs.set(name, lowering.read(bits));
    else lowering.read(bits);
  }
  if (options.keepAll) {
    // Yosys makes registers of its own for writes into memories: without a name, and nobody reads them.
    const named = new Uint8Array(design.bitCount);
    for (const { bits } of listSignals(design)) for (const bit of bits) named[bit] = 1;
    for (const { ports } of design.cells)
      if (ports.Q?.some((bit) => named[bit] === 1)) lowering.read(ports.Q);
  }
  for (const bits of options.forceable ?? []) lowering.read(bits);
  lowering.finish();
  // Clocks come last; a clock made by logic pulls in that logic, and perhaps registers behind it.
  const clocks: number[] = [];
  for (let k = 0; k < lowering.domains.length; k++) {
    clocks.push(lowering.read(Int32Array.of(lowering.domains[k].bit))[0]);
    lowering.finish();
  }
  checkClocks(design.top.name, lowering.domains.length);
  const assembled = assemble(
    {
      g: lowering.g,
      families: lowering.sources.map(family),
      sourceBytes: lowering.sources.map((s) => (s.kind === 'memory' ? s.memory.bytes : 4)),
      registers: lowering.registers,
      writes: lowering.memoryWrites,
      outputs,
      clocks,
    },
    options,
  );
  return { ...assembled, lowering, sourceCount: lowering.sources.length };
}

/** @throws EconError when there are more clock edges than fit into a word of marks */
export function checkClocks(top: string, count: number): void {
  if (count <= 31) return;
  throw new EconError({
    code: 'simulation/clocks',
    where: top,
    what: `${count} clocks and clock edges are used; 31 is the most.`,
    remedy: 'Use fewer clocks, with enables instead of gated copies.',
  });
}

/** First guess which sources change together: the same input, or registers of the same block of the chip. */
function family(source: Source): string {
  if (source.kind !== 'register') return `${source.kind} ${source.name}`;
  const dot = source.name.indexOf('.', 1);
  return `register ${dot < 0 ? '' : source.name.slice(0, dot)}`;
}
