import { runYosys, type YosysOptions } from '../../eda/index.js';
import { binary, type JsonCell, type Netlist } from './netlist.js';

/**
 * Cells of netlists that later passes of Yosys made and that other passes take apart again without loss: whole
 * memories, memory reads with a clock, multiply-accumulate cells, state machines.
 */
function isPacked({ type, parameters }: JsonCell): boolean {
  if (['$mem', '$mem_v2', '$macc', '$macc_v2', '$fsm'].includes(type)) return true;
  return (type === '$memrd' || type === '$memrd_v2') && binary(parameters.CLK_ENABLE) === 1;
}

/** The same netlist in the cells that are simulated. What `readVerilog` gives is returned as it is. */
export async function unpackNetlist(
  netlist: Netlist,
  options: YosysOptions = {},
): Promise<{ netlist: Netlist; seconds: number }> {
  const packed = Object.values(netlist.modules).some((m) => Object.values(m.cells).some(isPacked));
  if (!packed) return { netlist, seconds: 0 };
  const script =
    'read_json netlist.json; fsm_map; maccmap -unmap; memory_nordff; memory_unpack; opt_clean; write_json';
  const { stdout, seconds } = await runYosys(script, { 'netlist.json': JSON.stringify(netlist) }, options);
  return { netlist: JSON.parse(stdout) as Netlist, seconds };
}
