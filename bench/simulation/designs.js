// The designs of bench/simulation.js and their stimuli.
import { Random } from '../../dist/base/index.js';
import {
  chipLatency,
  chipWrites,
  defaultSettings,
  packCodes,
  runChip,
  zeroWeights,
} from '../../dist/chip.js';

/** Wafers in one pass. */
export const ROWS = 2048;

/**
 * Settings with random weights, and wafers for each lane.
 * @param {number} lanes
 * @param {import('../../dist/chip.js').ChipDescription} description
 * @param {Partial<import('../../dist/chip.js').ChipSettings>} change
 */
export function chipJob(lanes, description, change) {
  const random = new Random(1);
  const weights = zeroWeights();
  for (const array of weights.layers.flatMap(({ kernel, bias }) => [kernel, bias])) {
    const range = array === weights.layers[1].kernel ? 14 : 64;
    for (let q = 0; q < array.length; q++) array[q] = random.below(range) - range / 2;
  }
  const settings = { ...defaultSettings('production'), etx: 5, weights, ...change };
  const streams = Array.from({ length: lanes }, () => {
    const codes = Uint8Array.from({ length: ROWS * 48 }, () =>
      random.below(3) === 0 ? random.below(110) : 0,
    );
    const bx = Uint32Array.from({ length: ROWS }, (_, i) => i);
    const words = packCodes('production', codes, bx, ROWS);
    return { words, expected: runChip(settings, words) };
  });
  const latency = chipLatency(description, settings.algorithm);
  return { streams, writes: chipWrites(description.options, settings), latency };
}

/**
 * A design for which Verilator is made: narrow, no hierarchy, everything moves in every cycle, all in the first-level
 * cache. It makes its own stimulus from a seed, so that no simulator waits for its bench.
 */
export function pipeline(stages = 96) {
  const body = [];
  for (let k = 1; k <= stages; k++) {
    const turn = 1 + ((7 * k) % 31);
    const shape = [
      `{s${k - 1}[${31 - turn}:0], s${k - 1}[31:${32 - turn}]} + 32'd${(k * 2654435761) % 4294967296}`,
      `s${k - 1} ^ (s${k - 1} >> ${1 + (k % 13)})`,
      `s${k - 1}[${k % 32}] ? s${k - 1} + s${Math.max(0, k - 3)} : s${k - 1} - 32'd${k}`,
      `{s${k - 1}[15:0] * s${k - 1}[31:24], s${k - 1}[7:0]}`,
    ][k % 4];
    body.push(`  always @(posedge clk) if (load) s${k} <= 32'd0; else s${k} <= ${shape};`);
  }
  const names = Array.from({ length: stages }, (_, k) => `s${k + 1}`).join(', ');
  return `module pipeline(input clk, input load, input [31:0] seed, output reg [31:0] hash);
  reg [31:0] s0, ${names};
  wire [31:0] a = s0 ^ {s0[18:0], 13'd0};
  wire [31:0] b = a ^ (a >> 17);
  always @(posedge clk) s0 <= load ? seed : b ^ {b[26:0], 5'd0};
${body.join('\n')}
  always @(posedge clk) hash <= load ? 32'd0 : {hash[26:0], hash[31:27]} ^ s${stages};
endmodule
`;
}

export const pipelineDriver = `#include <cstdio>
#include <cstdlib>
#include <ctime>
#include "Vpipeline.h"
#include "verilated.h"
static double seconds() { timespec t; clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t); return t.tv_sec + 1e-9 * t.tv_nsec; }
int main(int argc, char **argv) {
  long cycles = atol(argv[1]);
  Vpipeline *top = new Vpipeline;
  top->seed = 1; top->load = 1;
  for (long i = 0; i < 4; i++) { top->clk = 1; top->eval(); top->clk = 0; top->eval(); }
  top->load = 0;
  double from = seconds();
  for (long i = 0; i < cycles; i++) { top->clk = 1; top->eval(); top->clk = 0; top->eval(); }
  printf("ok %08x 1 1 %ld %.6f\\n", top->hash, cycles, seconds() - from);
  return 0;
}
`;

/** Eight products and their sum: what is synthesised to gates. */
export const gateTop = 'products';
export const gateDesign = `module products(input clk, input [95:0] act, input [47:0] weights, output reg [20:0] sum);
  reg signed [20:0] all;
  integer k;
  always @* begin
    all = 21'sd0;
    for (k = 0; k < 8; k = k + 1)
      all = all + $signed({1'b0, act[12*k +: 12]}) * $signed(weights[6*k +: 6]);
  end
  always @(posedge clk) sum <= all;
endmodule
`;
