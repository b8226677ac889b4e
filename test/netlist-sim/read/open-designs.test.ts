import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { packageRoot } from '../../../src/base/index.js';
import { findTool, isMissing } from '../../../src/eda/index.js';
import { type Netlist, Simulator } from '../../../src/netlist-sim/index.js';
import { compare, netlistOf, runIcarus } from '../judges.js';
import type { RandomDesign } from '../random-design.js';
import { PROGRAM } from './rv32i-assembler.js';

const read = (name: string) => readFileSync(join(packageRoot, 'test/netlist-sim/designs', name), 'utf8');

/** The processor with its program written into the text. */
const processor = read('rv32i.v').replace(
  '$readmemh(PROGRAM, rom);',
  PROGRAM.map((word, i) => `rom[${i}] = 32'h${word.toString(16)};`).join(' '),
);

/** A design of the kind that people have, with the ports of the random designs around it. */
function wrapped(name: string, text: string, io: string, body: string): RandomDesign {
  const ports = (kind: string) =>
    [...io.matchAll(new RegExp(`${kind} (?:\\[(\\d+):0\\] )?(\\w+)`, 'g'))].map(([, msb, port]) => ({
      name: port,
      width: Number(msb ?? 0) + 1,
    }));
  const verilog = `${text}\nmodule ${name}(input clk, clk2, rst, rst_n, set, ${io});\n${body}\nendmodule\n`;
  return { name, verilog, inputs: ports('input'), outputs: ports('output') };
}

const DESIGNS = [
  wrapped(
    'd1',
    read('uart.v'),
    'input send, input [7:0] d, input break_line, output tx, output busy, output valid, output [7:0] q, output error',
    'uart #(.DIVIDER(5)) u(.clk(clk), .rst_n(rst_n), .rx(tx & ~break_line), .tx(tx), .send(send), .send_data(d), .busy(busy), .valid(valid), .data(q), .framing_error(error));',
  ),
  wrapped(
    'd2',
    read('crc32.v'),
    'input clear, input valid, input [7:0] d, output [31:0] crc',
    'crc32 u(.clk(clk), .rst(rst), .clear(clear & ~d[0]), .valid(valid), .byte_in(d), .crc(crc));',
  ),
  wrapped(
    'd3',
    read('async_fifo.v'),
    'input push, input [11:0] in, input pop, output full, output [11:0] out, output empty',
    'async_fifo u(.clk(clk), .clk_r(clk2), .rst(rst), .push(push), .in(in), .full(full), .pop(pop), .out(out), .empty(empty));',
  ),
  wrapped(
    'd4',
    read('wb_apb.v'),
    'input cyc, input stb, input we, input [3:0] sel, input [15:0] adr, input [31:0] d, output [31:0] q, output ack, output err, output [3:0] psel, output penable',
    // The address stays while a cycle runs.
    "reg [15:0] a; always @(posedge clk) if (rst | ack | err) a <= adr & 16'hc03c;\nwb_apb u(.clk(clk), .rst(rst), .cyc_i(1'b1), .stb_i(cyc | stb | psel != 0), .we_i(we), .sel_i(sel), .adr_i(a), .dat_i(d), .dat_o(q), .ack_o(ack), .err_o(err), .psel(psel), .penable(penable));",
  ),
  wrapped(
    'd5',
    processor,
    'input [31:0] in, output [31:0] out, output valid, output [31:0] pc, output halted',
    'rv32i u(.clk(clk), .rst_n(rst_n), .in_port(in), .out_port(out), .out_valid(valid), .pc_o(pc), .halted(halted));',
  ),
];

const CYCLES = 1000;
let netlist: Netlist;
beforeAll(async () => {
  netlist = await netlistOf(DESIGNS);
});

test('designs of five kinds agree with Icarus on every output in every cycle', async (context) => {
  const iverilog = await findTool('iverilog');
  if (isMissing(iverilog)) {
    console.log(`skipped: ${iverilog.reason}`);
    return context.skip();
  }
  const icarus = await runIcarus(iverilog, DESIGNS, CYCLES);
  const { values, unknown, differences } = await compare(netlist, DESIGNS, CYCLES, { Icarus: icarus });
  expect(differences.map((d) => `${d.design.name}: ${d.text}`)).toEqual([]);
  expect(values).toBe(CYCLES * 18);
  expect(unknown).toBe(0);
});

test('the processor finds the primes', async () => {
  const simulator = await Simulator.load(netlist, { top: 'rv32i' });
  simulator.reset('rst_n', 0);
  const seen: number[] = [];
  for (let t = 0; t < 2000 && seen.length < 21; t++) {
    simulator.set('in_port', 1000 + t);
    simulator.step();
    if (simulator.get('out_valid') === 1) seen.push(simulator.get('out_port'));
  }
  expect(seen.slice(0, 18)).toEqual([2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61]);
  expect(seen[18] % 37).toBe(0);
});

test('the check sum of the digits 1 to 9 is that of the standard', async () => {
  const simulator = await Simulator.load(netlist, { top: 'crc32' });
  simulator.reset('rst', 1);
  simulator.set('valid', 1);
  for (const digit of '123456789') {
    simulator.set('byte_in', digit.charCodeAt(0));
    simulator.step();
  }
  expect(simulator.get('crc')).toBe(0xcbf43926);
});
