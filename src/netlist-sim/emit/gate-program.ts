import { runYosys } from '../../eda/index.js';
import { GateLowering } from '../graph/gate-lowering.js';
import { flattenGates, type GateDesign, OUTPUT, STRIDE } from '../graph/gate-netlist.js';
import { prepare, type ReadOptions } from '../read/front-end.js';
import { isNetlist, type Netlist, topModule } from '../read/netlist.js';
import { type Assembled, assemble, lowerAll } from './assemble.js';
import { LANES } from './shape.js';

export interface GateOptions extends Pick<ReadOptions, 'top' | 'cache' | 'timeout'> {
  /** Input that `step` clocks; default: the only clock, or the first of clk_i, clk, clock that is one. */
  readonly clock?: string;
  /** Also simulate gates and registers that reach no output. Default false. */
  readonly keepAll?: boolean;
  /** Count changes per net (`countToggles`); every net is then kept. Default false. */
  readonly toggles?: boolean;
  /**
   * Every gate answers one unit of time after its inputs, so that `toggles` counts what gates do on the way to their
   * final values (glitches), too. Combinational netlists only. Default false: no delays.
   */
  readonly unitDelays?: boolean;
}

/** A netlist of gates ready to run, and what is needed to talk to it by name. */
export interface GateProgram extends Assembled {
  readonly design: GateDesign;
  readonly lowering: GateLowering;
}

/** Compiles a netlist of gates, or Verilog after synthesis. */
export async function gateProgram(
  source: Readonly<Record<string, string>> | Netlist,
  options: GateOptions,
): Promise<GateProgram> {
  const netlist = isNetlist(source) ? source : await synthesise(source, options);
  const design = flattenGates(netlist, topModule(netlist, options.top));
  const lowering = new GateLowering(design, options.unitDelays);
  const outputBits = design.pins.filter((bit, i) => i % STRIDE === OUTPUT && bit > 1);
  const { toggles, keepAll } = options;
  const needed = lowerAll(design, lowering, toggles || keepAll ? [outputBits] : []);
  const program = assemble(
    {
      g: lowering.g,
      families: lowering.families,
      sourceBytes: lowering.families.map(() => 4),
      registers: lowering.registers,
      writes: [],
      ...needed,
      keep: toggles ? lowering.read(outputBits) : [],
    },
    { lanes: LANES, bits: true, toggles },
  );
  return { ...program, design, lowering };
}

async function synthesise(files: Readonly<Record<string, string>>, options: GateOptions): Promise<Netlist> {
  const { read, files: inner, top, real } = prepare(files, options);
  const script = [...read, `synth -top ${top}`, 'write_json'].join('\n');
  return JSON.parse(real((await runYosys(script, { ...inner }, options)).stdout)) as Netlist;
}
