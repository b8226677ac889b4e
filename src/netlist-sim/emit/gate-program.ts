import { runYosys } from '../../eda/index.js';
import { GateLowering } from '../graph/gate-lowering.js';
import { flattenGates, type GateDesign, OUTPUT, STRIDE } from '../graph/gate-netlist.js';
import { prepare, type ReadOptions } from '../read/front-end.js';
import { isNetlist, type Netlist, topModule } from '../read/netlist.js';
import { type Assembled, assemble } from './assemble.js';
import { checkClocks } from './compile.js';
import { LANES } from './shape.js';

export interface GateOptions extends Pick<ReadOptions, 'top' | 'cache' | 'timeout'> {
  /** Input that `step` clocks; default: the only clock, or the first of clk_i, clk, clock that is one. */
  readonly clock?: string;
  /** Also simulate gates and registers that reach no output. Default false. */
  readonly keepAll?: boolean;
  /** Count changes per net (`countToggles`); every net is then kept. Default false. */
  readonly toggles?: boolean;
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
  const lowering = new GateLowering(design);
  const outputs = new Map<string, number[]>();
  for (const [name, port] of Object.entries(design.top.module.ports)) {
    if (port.direction !== 'output') continue;
    outputs.set(
      name,
      Array.from(design.bits(design.top, port.bits), (bit) => lowering.read(bit)),
    );
  }
  const keep: number[] = [];
  if (options.keepAll || options.toggles) {
    for (let cell = 0; cell < design.count; cell++) {
      const bit = design.pins[cell * STRIDE + OUTPUT];
      if (bit > 1) keep.push(lowering.read(bit));
    }
  }
  lowering.finish();
  const clocks: number[] = [];
  for (let k = 0; k < lowering.domains.length; k++) {
    clocks.push(lowering.read(lowering.domains[k].bit));
    lowering.finish();
  }
  checkClocks(design.top.name, clocks.length);
  const program = assemble(
    {
      g: lowering.g,
      families: lowering.families,
      sourceBytes: lowering.families.map(() => 4),
      registers: lowering.registers,
      writes: [],
      outputs,
      clocks,
      keep: options.toggles ? keep : [],
    },
    { lanes: LANES, bits: true, toggles: options.toggles },
  );
  return { ...program, design, lowering };
}

async function synthesise(files: Readonly<Record<string, string>>, options: GateOptions): Promise<Netlist> {
  const { read, files: inner, top, real } = prepare(files, options);
  const script = [...read, `synth -top ${top}`, 'write_json'].join('\n');
  return JSON.parse(real((await runYosys(script, { ...inner }, options)).stdout)) as Netlist;
}
