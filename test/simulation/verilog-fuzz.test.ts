import { expect, test } from 'vitest';
import { EconError, Random } from '../../src/base/index.js';
import { Simulator } from '../../src/simulation/index.js';
import { feedVerilog, mutatedVerilog } from './verilog-fuzz.js';

// Many more: npm run campaign:fuzz
test('changed Verilog in files of odd names ends in a simulation or in an error of ours', async () => {
  for (let seed = 1; seed <= 12; seed++) {
    // The machine of the tests may be slow: the campaign judges the time.
    const wrong = await feedVerilog(mutatedVerilog(new Random(seed)), 60);
    expect(wrong, `seed ${seed}`).toBeUndefined();
  }
});

test.each([
  [
    'doubling macros',
    `${Array.from({ length: 40 }, (_, i) => `\`define A${i + 1} \`A${i} \`A${i}\n`).join('')}\`define A0 x\nmodule m; \`A40 endmodule`,
    'simulation/preprocessor',
  ],
  [
    'a loop without end',
    'module m(input a, output reg y); integer i; always @* begin y = a; for (i = 0; i < 1; i = i * 2) y = ~y; end endmodule',
    'eda/yosys-timeout',
  ],
  [
    'a memory without end',
    'module m(input clk, input [31:0] a, output [7:0] y); reg [7:0] r [0:2147483646]; always @(posedge clk) r[a] <= 1; assign y = r[a]; endmodule',
    'simulation/memory-size',
  ],
  [
    'a vector without end',
    'module m(input [99999999:0] a, output [99999999:0] y); assign y = ~a; endmodule',
    'eda/yosys',
  ],
  [
    'deep nesting',
    `module m(output reg y); initial ${'begin '.repeat(200000)} y = 1; ${'end '.repeat(200000)} endmodule`,
    'simulation/too-deep',
  ],
])('%s is ended with one sentence', async (_, text, code) => {
  const error = await Simulator.load({ 'm.v': text }, { cache: false, keepAll: true, timeout: 8 }).then(
    () => undefined,
    (e) => e,
  );
  expect(error).toBeInstanceOf(EconError);
  expect((error as EconError).code).toBe(code);
});
