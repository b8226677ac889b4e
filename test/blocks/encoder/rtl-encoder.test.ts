import { expect, test } from 'vitest';
import { Random } from '../../../src/base/index.js';
import { BANK_BITS, bankName, defaultChipOptions, encoderBlock } from '../../../src/blocks/index.js';
import { leafCells } from '../../../src/chips/index.js';
import {
  econtShape,
  encode,
  encoderShape,
  encoderStages,
  imageCells,
  LATENT_BITS,
  latentField,
  packWeights,
  unpackWeights,
  usedBlocks,
  WEIGHT_BYTES,
} from '../../../src/encoder/index.js';
import { optionalTool, pack, runIcarus } from '../../chips/rtl-bench.js';
import { optionShapes } from '../../chips/shapes.js';

const iverilog = await optionalTool('iverilog');
const shapes = Object.entries({ "ECON-T's own": econtShape, ...optionShapes });

test.skipIf(!iverilog).each(shapes)(
  '%s: the emitted encoder sends what the reference does, in both arithmetics',
  async (_, input) => {
    const shape = encoderShape(input);
    // Icarus takes seconds for each choice of the largest latents.
    const count = shape.latents.largest === undefined ? 10 : 3;
    const cells = imageCells(shape);
    const banks = Array.from({ length: usedBlocks(shape) }, (_, n) => `${bankName(n)}_i`);
    for (const arithmetic of ['econt', 'exact'] as const) {
      const random = new Random(5);
      const cases = Array.from({ length: count }, (_, i) => {
        // All ones and all zeros reach the ends of sums; words that no weight has are made ones that it has.
        const bytes = Uint8Array.from({ length: WEIGHT_BYTES }, () => (i === 0 ? 255 : random.below(256)));
        const weights = unpackWeights(bytes, shape);
        if (i > 7) for (const { kernel } of weights.layers) kernel.fill(Math.max(...kernel));
        if (i > 7) for (const { bias } of weights.layers) bias.fill(31);
        const most = [256, 256, 40, 8][i % 4];
        const x = Uint8Array.from({ length: cells }, () => (i === 8 ? 255 : random.below(most)));
        const latents = new Uint16Array(latentField.numbers);
        encode(weights, arithmetic, x, 1, { latents });
        const string = pack(packWeights(weights), 8) & ((1n << BigInt(BANK_BITS * banks.length)) - 1n);
        return {
          row: (string << BigInt(8 * cells)) | pack(x, 8),
          expected: pack(latents, LATENT_BITS),
        };
      });
      const bits = BANK_BITS * banks.length + 8 * cells;
      const bench = [
        'module bench;',
        `  reg [${bits - 1}:0] rows [0:${cases.length - 1}];`,
        `  reg [${bits - 1}:0] row;`,
        '  reg clk;',
        `  wire [${LATENT_BITS * latentField.numbers - 1}:0] latents;`,
        '  wire [8:0] sum_code;',
        '  wire [4:0] bx;',
        '  wire err;',
        '  integer i;',
        '  integer c;',
        '  econ_encoder u_encoder (.clk_i(clk), .x_i(row[383:0]), .sum_code_i(row[8:0]), .bx_i(row[4:0]),',
        ...banks.map((name, n) => `    .${name}(row[${384 + BANK_BITS * n} +: ${BANK_BITS}]),`),
        '    .latents_o(latents), .sum_code_o(sum_code), .bx_o(bx), .err_o(err));',
        '  initial begin',
        '    $readmemh("rows.hex", rows);',
        "    clk = 1'b0;",
        `    for (i = 0; i < ${cases.length}; i = i + 1) begin`,
        '      row = rows[i];',
        `      for (c = 0; c < ${encoderStages(shape)}; c = c + 1) begin #1 clk = 1'b1; #1 clk = 1'b0; end`,
        '      #1 $display("%h %b", latents, sum_code == row[8:0] && bx == row[4:0] && !err);',
        '    end',
        '    $finish;',
        '  end',
        'endmodule',
      ].join('\n');
      const options = { ...defaultChipOptions, shape, arithmetic };
      const files = new Map([
        ...leafCells(),
        ['econ_encoder.v', encoderBlock(shape).emit({ options, provenance: [] })],
        ['bench.v', bench],
        ['rows.hex', cases.map(({ row }) => row.toString(16)).join('\n')],
      ]);
      const lines = (await runIcarus(iverilog!, files, 'bench')).trim().split('\n');
      expect(lines.filter((line) => /^[0-9a-fx]+ [01x]$/.test(line))).toEqual(
        cases.map(({ expected }) => `${expected.toString(16).padStart(36, '0')} 1`),
      );
      expect(new Set(cases.map(({ expected }) => expected)).size).toBeGreaterThan(0.4 * count);
    }
  },
  300_000,
);
