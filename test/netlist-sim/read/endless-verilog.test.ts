import { expect, test } from 'vitest';
import { EconError } from '../../../src/base/index.js';
import { Memory } from '../../../src/netlist-sim/graph/memories.js';
import { Simulator } from '../../../src/netlist-sim/index.js';

// Changed designs: test/fuzz.
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
    'a vector without end',
    'module m(input [99999999:0] a, output [99999999:0] y); assign y = ~a; endmodule',
    'eda/yosys',
  ],
  [
    'a vector of a slipped finger',
    'module m(input [3333331:0] a, output [31:0] y); assign y = a[40:9] + 1; endmodule',
    'simulation/too-wide',
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

test('a memory beyond all bounds is refused before it is made', () => {
  expect(() => new Memory('r', 8, 2 ** 31 - 1, 0)).toThrow(/2147483647 rows of 8 bits; 512 MB is the most/);
  expect(new Memory('r', 8, 1024, 0).size).toBe(1024);
});
