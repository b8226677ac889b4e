import { expect, test } from 'vitest';
import { Random } from '../../../src/base/index.js';
import { Simulator } from '../../../src/netlist-sim/index.js';

/** Operators on numbers of several words, against BigInt: Icarus 11 itself divides wrongly above 64 bits. */
const WIDTHS = [7, 32, 33, 64, 65, 128, 200];

const OPERATORS: Readonly<Record<string, (a: bigint, b: bigint, width: number) => bigint>> = {
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '/': (a, b) => (b === 0n ? 0n : a / b),
  '%': (a, b) => (b === 0n ? 0n : a % b),
  '<': (a, b) => (a < b ? 1n : 0n),
  '>=': (a, b) => (a >= b ? 1n : 0n),
  '==': (a, b) => (a === b ? 1n : 0n),
  '<<': (a, b, width) => (BigInt.asUintN(width, b) >= BigInt(width) ? 0n : a << BigInt.asUintN(width, b)),
  '>>': (a, b, width) =>
    BigInt.asUintN(width, b) >= BigInt(width) ? 0n : BigInt.asUintN(width, a) >> BigInt.asUintN(width, b),
  '>>>': (a, b, width) =>
    a >> (BigInt.asUintN(width, b) >= BigInt(width) ? BigInt(width) : BigInt.asUintN(width, b)),
};

const names = Object.keys(OPERATORS);

function moduleText(width: number, signed: boolean): string {
  const sign = signed ? ' signed' : '';
  const outputs = names.map((_, i) => `output${sign} [${width - 1}:0] y${i}`).join(', ');
  const body = names.map((op, i) => `  assign y${i} = a ${op} b;`).join('\n');
  return `module wide(input${sign} [${width - 1}:0] a, b, ${outputs});\n${body}\nendmodule\n`;
}

test.each(WIDTHS.flatMap((width) => [[width, false] as const, [width, true] as const]))(
  'operators on %i bits, signed %s, agree with BigInt',
  async (width, signed) => {
    const simulator = await Simulator.load({ 'wide.v': moduleText(width, signed) });
    const random = new Random(width + (signed ? 1000 : 0));
    const number = (small: boolean): bigint => {
      let v = 0n;
      for (let i = 0; i < width; i += 32) v |= BigInt(random.uint32()) << BigInt(i);
      const corner = random.below(8);
      if (corner === 0) v = 0n;
      if (corner === 1) v = -1n;
      if (corner === 2) v = 1n << BigInt(width - 1);
      if (corner === 3 || small) v &= 0xffn;
      return BigInt.asUintN(width, v);
    };
    for (let i = 0; i < 60; i++) {
      const a = number(false);
      const b = number(i % 2 === 0);
      simulator.set('a', a);
      simulator.set('b', b);
      const value = (v: bigint) => (signed ? BigInt.asIntN(width, v) : v);
      names.forEach((op, k) => {
        const want = BigInt.asUintN(width, OPERATORS[op](value(a), value(b), width));
        expect(simulator.getBig(`y${k}`), `${value(a)} ${op} ${value(b)}`).toBe(want);
      });
    }
  },
);

test('indices out of range read 0, and division by zero gives 0', async () => {
  const simulator = await Simulator.load({
    'range.v': `module range(input clk, input [39:0] i, input [99:0] v, input signed [8:0] s, input [31:0] d,
        output [3:0] part, output bit_o, output [7:0] row, output [6:0] moved, output [31:0] q, output signed [31:0] r);
      reg [7:0] mem [2:6];
      integer k;
      initial for (k = 2; k < 7; k = k + 1) mem[k] = 8'h10 * k;
      always @(posedge clk) if (i == 40'd3) mem[i] <= 8'hff;
      assign part = v[i +: 4];
      assign bit_o = v[i];
      assign row = mem[i];
      assign moved = v[s +: 7];
      assign q = d / v[31:0];
      assign r = $signed(d) % $signed(v[31:0]);
    endmodule`,
  });
  simulator.set('v', (1n << 100n) - 1n);
  simulator.set('d', 12345);
  const at = (i: bigint) => {
    simulator.set('i', i);
    return ['part', 'bit_o', 'row'].map((name) => simulator.get(name));
  };
  expect(at(0n)).toEqual([15, 1, 0]);
  expect(at(2n)).toEqual([15, 1, 0x20]);
  expect(at(6n)).toEqual([15, 1, 0x60]);
  expect(at(7n)).toEqual([15, 1, 0]);
  expect(at(98n)).toEqual([3, 1, 0]);
  expect(at(100n)).toEqual([0, 0, 0]);
  expect(at((1n << 32n) + 2n)).toEqual([0, 0, 0]);
  simulator.set('i', 3);
  simulator.step();
  expect(simulator.get('row')).toBe(0xff);
  simulator.set('s', 96);
  expect(simulator.get('moved')).toBe(15);
  simulator.set('s', 0x1fd); // -3
  expect(simulator.get('moved')).toBe(0b1111000);
  simulator.set('v', 0);
  expect([simulator.get('q'), simulator.get('r')]).toEqual([0, 0]);
});

test('negative powers follow the table of the standard', async () => {
  const simulator = await Simulator.load({
    'power.v': `module power(input signed [7:0] a, input signed [3:0] b, output signed [39:0] y, output [7:0] u);
      assign y = a ** b;
      assign u = $unsigned(a) ** b;
    endmodule`,
  });
  const power = (a: number, b: number) => {
    simulator.set('a', a & 255);
    simulator.set('b', b & 15);
    return [BigInt.asIntN(40, simulator.getBig('y')), simulator.get('u')];
  };
  expect(power(1, -3)).toEqual([1n, 1]);
  expect(power(-1, -3)).toEqual([-1n, 0]);
  expect(power(-1, -4)).toEqual([1n, 0]);
  expect(power(5, -1)).toEqual([0n, 0]);
  expect(power(-3, 5)).toEqual([-243n, 253 ** 5 % 256]);
  expect(power(-128, 5)).toEqual([-(2n ** 35n), 0]);
  expect(power(0, 0)).toEqual([1n, 1]);
});
