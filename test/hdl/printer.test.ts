import { expect, test } from 'vitest';
import { concat, declare, instance, literal, printModule, slice } from '../../src/hdl/index.js';

test('a tiny module prints as an engineer would write it', () => {
  const text = printModule({
    name: 'econ_tiny',
    header: ['Adds one.', '', 'Latency  1 BX'],
    groups: [
      { title: 'clock', ports: [{ direction: 'input', width: 1, name: 'clk_i' }] },
      {
        title: 'data',
        ports: [
          { direction: 'input', width: 8, name: 'a_i', note: 'u1.7' },
          { direction: 'output', width: 8, name: 'sum_o' },
        ],
      },
    ],
    body: [
      ...declare('wire', [
        { width: 8, name: 'sum_d', note: 'wraps' },
        { width: 1, name: 'err' },
      ]),
      '',
      `assign sum_d = a_i + ${literal(8, 1)};`,
      ...instance(
        'econ_pipeline',
        'u_sum',
        [['Width', 8]],
        [
          ['clk_i', 'clk_i'],
          ['d_i', 'sum_d'],
          ['q_o', 'sum_o'],
          ['err_o', 'err'],
        ],
      ),
    ],
  });
  expect(text).toBe(`// Adds one.
//
// Latency  1 BX
\`default_nettype none

module econ_tiny (
    // clock
    input  wire       clk_i,

    // data
    input  wire [7:0] a_i,   // u1.7
    output wire [7:0] sum_o
);

  wire [7:0] sum_d; // wraps
  wire       err;

  assign sum_d = a_i + 8'h1;
  econ_pipeline #(.Width(8)) u_sum (
    .clk_i(clk_i),
    .d_i  (sum_d),
    .q_o  (sum_o),
    .err_o(err)
  );

endmodule

\`default_nettype wire
`);
});

test('one bit and one part print without range and braces', () => {
  expect(slice('a', 3, 1)).toBe('a[3]');
  expect(slice('a', 3, 2)).toBe('a[4:3]');
  expect(concat(['a'])).toBe('a');
  expect(concat(['b', 'a'])).toBe('{b, a}');
});
