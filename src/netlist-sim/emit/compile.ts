import { Lowering, type Source } from '../graph/lower.js';
import { listSignals } from '../graph/signals.js';
import type { FlatDesign } from '../read/flatten.js';
import type { Bits } from '../read/hierarchy.js';
import { type Assembled, type AssembleOptions, assemble, lowerAll } from './assemble.js';

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
  const wanted: Bits[] = [];
  if (options.keepAll) {
    // Yosys makes registers of its own for writes into memories: without a name, and nobody reads them.
    const named = new Uint8Array(design.bitCount);
    for (const { bits } of listSignals(design)) for (const bit of bits) named[bit] = 1;
    for (const { ports } of design.cells) if (ports.Q?.some((bit) => named[bit] === 1)) wanted.push(ports.Q);
  }
  wanted.push(...(options.forceable ?? []));
  const needed = lowerAll(design, lowering, wanted);
  const assembled = assemble(
    {
      g: lowering.g,
      families: lowering.sources.map(family),
      sourceBytes: lowering.sources.map((s) => (s.kind === 'memory' ? s.memory.bytes : 4)),
      registers: lowering.registers,
      writes: lowering.memoryWrites,
      ...needed,
    },
    options,
  );
  return { ...assembled, lowering, sourceCount: lowering.sources.length };
}

/** First guess which sources change together: the same input, or registers of the same block of the chip. */
function family(source: Source): string {
  if (source.kind !== 'register') return `${source.kind} ${source.name}`;
  const dot = source.name.indexOf('.', 1);
  return `register ${dot < 0 ? '' : source.name.slice(0, dot)}`;
}
