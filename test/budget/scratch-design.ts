import type { ChipDescription } from '../../src/chips/index.js';
import { econtShape } from '../../src/encoder/index.js';

/** A small design with the shape of the chip: blocks, repeated leaf cells, a triplicated register, glue. */
export const scratchFiles: ReadonlyMap<string, string> = new Map([
  [
    'rtl/scratch.v',
    `module scratch (input wire clk_i, input wire rst_ni, input wire [7:0] a_i, input wire [7:0] b_i,
                     output wire [15:0] y_o, output wire [7:0] v_o);
       wire [7:0] a_q, b_q;
       stage u_stage (.clk_i(clk_i), .a_i(a_i ^ b_i), .b_i(b_i), .a_o(a_q), .b_o(b_q));
       product u_product (.clk_i(clk_i), .a_i(a_q), .b_i(b_q), .y_o(y_o));
       triple u_triple (.clk_i(clk_i), .rst_ni(rst_ni), .en_i(a_q[0]), .d_i(b_q), .q_o(v_o));
     endmodule`,
  ],
  [
    'rtl/stage.v',
    `module stage (input wire clk_i, input wire [7:0] a_i, input wire [7:0] b_i, output wire [7:0] a_o,
                   output wire [7:0] b_o);
       plain #(.Width(8)) u_plain_0 (.clk_i(clk_i), .d_i(a_i), .q_o(a_o));
       plain #(.Width(8)) u_plain_1 (.clk_i(clk_i), .d_i(b_i), .q_o(b_o));
     endmodule
     module plain #(parameter Width = 1) (input wire clk_i, input wire [Width-1:0] d_i,
                    output reg [Width-1:0] q_o);
       always @(posedge clk_i) q_o <= d_i;
     endmodule`,
  ],
  [
    'rtl/product.v',
    `module product (input wire clk_i, input wire [7:0] a_i, input wire [7:0] b_i, output reg [15:0] y_o);
       always @(posedge clk_i) y_o <= a_i * b_i;
     endmodule`,
  ],
  [
    'rtl/triple.v',
    `module triple (input wire clk_i, input wire rst_ni, input wire en_i, input wire [7:0] d_i,
                    output wire [7:0] q_o);
       wire [7:0] a, b, c, n;
       assign n = en_i ? d_i : q_o;
       copy u_copy_a (clk_i, rst_ni, n, a);
       copy u_copy_b (clk_i, rst_ni, n, b);
       copy u_copy_c (clk_i, rst_ni, n, c);
       assign q_o = (a & b) | (a & c) | (b & c);
     endmodule
     (* keep_hierarchy *)
     module copy (input wire clk_i, input wire rst_ni, input wire [7:0] d_i, output reg [7:0] q_o);
       always @(posedge clk_i or negedge rst_ni) if (!rst_ni) q_o <= 8'h00; else q_o <= d_i;
     endmodule`,
  ],
]);

/** Flip-flops per block as a description would plan them: stage 2 x 8, product 16, triple 3 x 8. */
export function scratchDescription(triple = 24): ChipDescription {
  const block = (instance: string, flipFlops: number): ChipDescription['blocks'][number] => ({
    name: instance,
    instance,
    module: instance.slice(2),
    latency: 1,
    outputBits: 0,
    state: [],
    flipFlops,
  });
  return {
    top: 'scratch' as ChipDescription['top'],
    options: {
      arithmetic: 'econt',
      tmr: 'weights',
      weights: 'reloadable',
      i2cTimeoutBits: 20,
      shape: econtShape,
    },
    blocks: [block('u_stage', 16), block('u_product', 16), block('u_triple', triple)],
    latency: 2,
    generator: 'test',
    hash: '',
  };
}
