import { describe, expect, it } from 'vitest';
import {
  bits,
  type Component,
  cat,
  constant,
  equals,
  joined,
  leafComponent,
  logic,
  ModuleBuilder,
  moduleText,
  printed,
  readLeaf,
  type TmrMode,
} from '../../src/hdl/index.js';

const adder = readLeaf(`
// Adds. (a comment with a bracket
module adder #(
    parameter Width = 4, // of both
    parameter Count = 2
) (
    input  wire [Width*Count-1:0] a_i, // first
    input  wire [(Width*Count)-1:0] b_i,
    output reg  [Width:0] sum_o
);
endmodule`);
const pipeline = readLeaf(`module econ_pipeline #(parameter Width = 1, parameter Triplicate = 0) (
  input wire clk_i, input wire [Width-1:0] d_i, output wire [Width-1:0] q_o, output wire err_o);`);
const register = readLeaf(`module econ_register #(
  parameter Width = 1, parameter [Width-1:0] ResetValue = {Width{1'b0}}, parameter Triplicate = 0) (
  input wire clk_i, input wire rst_ni, input wire en_i, input wire [Width-1:0] d_i,
  output wire [Width-1:0] q_o, output wire err_o);`);

const builder = (tmr: TmrMode = 'none'): ModuleBuilder =>
  new ModuleBuilder(
    'sums',
    { tmr },
    {
      pipeline: (width) => leafComponent(pipeline, { Width: width }),
      register: (width, reset) =>
        leafComponent(register, { Width: width, ...(reset ? { ResetValue: reset } : {}) }),
    },
  );
const add = (Width = 4): Component => leafComponent(adder, { Width });

/** A sum and a counter of its overflows. */
function sums(tmr: TmrMode): ModuleBuilder {
  const m = builder(tmr);
  const { a_i, b_i } = m.inputs('data', { a_i: [8, 'two numbers'], b_i: 8 });
  m.section('sum');
  const sum = m.instance('u_add', add(), { a_i, b_i }).out('sum_o');
  const held = m.pipeline('held', sum, 'a + b');
  const count = m.openRegister('count', 4, {
    kind: 'counter',
    reset: constant(4, 3),
    enable: bits(held, 4, 1),
  });
  m.connect(logic(4)`${count.q} + ${constant(4, 1)}`, count.d);
  const part = m.select(
    'part',
    bits(count.q, 0, 2),
    [
      { labels: [0], value: bits(held, 0, 2), note: 'low' },
      { labels: [1, 2], value: bits(held, 2, 2) },
    ],
    constant(2, 0),
  );
  m.outputs('results', { held_o: held, count_o: [count.q, 'modulo 16'], part_o: part });
  return m;
}

describe('a module', () => {
  it('prints what was connected', () => {
    expect(moduleText(sums('registers').finish(), ['Sums.', '', 'Layer  none'])).toMatchInlineSnapshot(`
      "// Sums.
      //
      // Layer  none
      \`default_nettype none

      module sums (
          // clock and reset
          input  wire       clk_i,
          input  wire       rst_ni,

          // data
          input  wire [7:0] a_i,     // two numbers
          input  wire [7:0] b_i,

          // results
          output wire [4:0] held_o,
          output wire [3:0] count_o, // modulo 16
          output wire [1:0] part_o,
          output wire       err_o    // copies of a register differ
      );

        wire [4:0] held_d;
        wire [4:0] held_q;    // a + b
        wire       held_err;
        wire [3:0] count_q;
        wire       count_err;
        wire [3:0] count_d;
        reg  [1:0] part;

        // sum -----------------------------------------------------------------------------------------
        adder #(.Width(4)) u_add (
          .a_i  (a_i),
          .b_i  (b_i),
          .sum_o(held_d)
        );
        econ_pipeline #(.Width(5), .Triplicate(1)) u_held (
          .clk_i(clk_i),
          .d_i  (held_d),
          .q_o  (held_q),
          .err_o(held_err)
        );
        econ_register #(.Width(4), .ResetValue(4'd3), .Triplicate(1)) u_count (
          .clk_i (clk_i),
          .rst_ni(rst_ni),
          .en_i  (held_q[4]),
          .d_i   (count_d),
          .q_o   (count_q),
          .err_o (count_err)
        );

        assign count_d = count_q + 4'd1;

        always @* begin
          case (count_q[1:0])
            2'd0:       part = held_q[1:0]; // low
            2'd1, 2'd2: part = held_q[3:2];
            default:    part = 2'd0;
          endcase
        end

        assign held_o  = held_q;
        assign count_o = count_q;
        assign part_o  = part;
        assign err_o   = held_err | count_err;

      endmodule

      \`default_nettype wire
      "
    `);
  });

  it('keeps state as often as its kind and the mode say, and counts it once', () => {
    const copiesOf = (tmr: TmrMode): number[] =>
      [...moduleText(sums(tmr).finish(), []).matchAll(/\.Triplicate\((\d)\)/g)].map(([, n]) => Number(n));
    expect(copiesOf('none')).toEqual([0, 0]);
    expect(copiesOf('weights')).toEqual([0, 0]);
    expect(copiesOf('registers')).toEqual([1, 1]);
    expect(sums('none').finish().state).toEqual([
      { what: 'held', bits: 5, kind: 'pipeline' },
      { what: 'count', bits: 4, kind: 'counter' },
    ]);
  });

  it('tells others its ports', () => {
    const { component } = sums('none').finish();
    expect(component.ports.map((p) => `${p.direction} ${p.name} ${p.width}`)).toEqual([
      'input clk_i 1',
      'input rst_ni 1',
      'input a_i 8',
      'input b_i 8',
      'output held_o 5',
      'output count_o 4',
      'output part_o 2',
      'output err_o 1',
    ]);
  });
});

describe('mistakes are refused by both ends', () => {
  const refused = (code: string, words: RegExp, build: (m: ModuleBuilder) => void): void => {
    const run = (): void => {
      const m = builder();
      build(m);
      m.finish();
    };
    expect(run).toThrow(expect.objectContaining({ code, message: expect.stringMatching(words) }));
  };
  const inputs = (m: ModuleBuilder) => m.inputs('data', { a_i: 8, b_i: 8 });

  it('another width', () =>
    refused('hdl/width', /sums: u_add\.b_i: it takes 8 bits; input b_i brings 7/, (m) => {
      const { a_i, b_i } = inputs(m);
      m.instance('u_add', add(), { a_i, b_i: bits(b_i, 0, 7) });
    }));
  it('another width by a parameter', () =>
    refused('hdl/width', /u_add\.a_i: it takes 10 bits; input a_i brings 8/, (m) => {
      m.instance('u_add', add(5), inputs(m));
    }));
  it('an output as an input', () =>
    refused('hdl/direction', /u_add\.sum_o: it is an output of adder/, (m) => {
      const { a_i } = inputs(m);
      m.instance('u_add', add(), { sum_o: bits(a_i, 0, 5) });
    }));
  it('an input as an output', () =>
    refused('hdl/direction', /u_add\.a_i: it is an input/, (m) => {
      m.instance('u_add', add(), inputs(m)).out('a_i');
    }));
  it('no such port', () =>
    refused('hdl/no-port', /adder: there is no port c_i, only a_i, b_i, sum_o/, (m) => {
      m.instance('u_add', add(), { ...inputs(m), c_i: constant(1, 0) });
    }));
  it('nothing drives an input', () =>
    refused('hdl/undriven', /sums: u_add\.b_i: nothing drives it/, (m) => {
      const { a_i } = m.inputs('data', { a_i: 8 });
      m.outputs('sum', { sum_o: m.instance('u_add', add(), { a_i }).out('sum_o') });
    }));
  it('two drivers', () =>
    refused('hdl/two-drivers', /u_add\.a_i: input a_i and input b_i both drive it/, (m) => {
      const { a_i, b_i } = inputs(m);
      m.connect(b_i, m.instance('u_add', add(), { a_i, b_i }).in('a_i'));
    }));
  it('an output that nobody reads', () =>
    refused('hdl/unused', /sums: add_sum: nothing reads bit 0, which u_add\.sum_o drives/, (m) => {
      m.instance('u_add', add(), inputs(m));
    }));
  it('one bit that nobody reads', () =>
    refused('hdl/unused', /a_i: nothing reads bit 3, which input a_i drives/, (m) => {
      const { a_i } = m.inputs('data', { a_i: 8 });
      m.outputs('parts', { low_o: bits(a_i, 0, 3), high_o: bits(a_i, 4, 4) });
    }));
  it('one name twice', () =>
    refused('hdl/name-twice', /sums: a_i/, (m) => {
      const { a_i, b_i } = inputs(m);
      m.outputs('sum', { sum_o: m.wire('a_i', joined('|', [a_i, b_i])) });
    }));
  it('state of no kind', () =>
    refused('hdl/no-state', /u_flop: nothing says what Triplicate is for/, (m) => {
      const { a_i } = m.inputs('data', { a_i: 1 });
      m.instance('u_flop', leafComponent(pipeline, {}), { d_i: a_i });
    }));
  it('no such parameter', () =>
    refused('hdl/no-parameter', /adder: there is no parameter Wide; it has Width, Count/, () => {
      leafComponent(adder, { Wide: 3 });
    }));
  it('a header that is not understood', () =>
    refused('hdl/bad-header', /port 'wire x' is not understood/, () => {
      readLeaf('module m (input wire a, wire x);');
    }));
  it('an output that is unused on purpose is well', () => {
    const m = builder();
    m.unused(m.instance('u_add', add(), inputs(m)).out('sum_o'));
    expect(moduleText(m.finish(), [])).toContain('.sum_o(unused_add_sum)');
  });
});

describe('expressions', () => {
  const m = builder();
  const { x_i } = m.inputs('data', { x_i: 600 });
  it('merge neighbouring slices', () => {
    expect(printed(cat(bits(x_i, 432, 168), bits(x_i, 48, 384), bits(x_i, 0, 48)))).toBe('x_i');
    expect(printed(cat(bits(x_i, 8, 8), cat(bits(x_i, 4, 4), bits(x_i, 3, 1))))).toBe('x_i[15:3]');
    expect(printed(cat(bits(x_i, 0, 8), bits(x_i, 8, 8)))).toBe('{x_i[7:0], x_i[15:8]}');
  });
  it('have sized constants', () => {
    expect([constant(1, 1), constant(5, 15), constant(20, 255)].map(printed)).toEqual([
      "1'b1",
      "5'd15",
      "20'hff",
    ]);
    expect(() => constant(4, 16)).toThrow(/16 does not fit into 4 bits/);
  });
  it('keep their order by brackets', () => {
    expect(printed(equals(joined('|', [bits(x_i, 0, 2), bits(x_i, 2, 2)]), 3))).toBe(
      "(x_i[1:0] | x_i[3:2]) == 2'd3",
    );
  });
});
