import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { packageRoot } from '../../src/base/index.js';
import {
  bestChoiceBlock,
  bunchTagBlock,
  calibrationBlock,
  defaultChipOptions,
  defaultEcontOptions,
  floatToFixedBlock,
  linkBufferBlock,
  linkInputBlock,
  muxBlock,
  normaliserBlock,
  repeaterBlock,
  superTriggerCellBlock,
  thresholdSumBlock,
  weightMemoryBlock,
} from '../../src/blocks/index.js';
import { describeChip, emitChip, registersBlock, topBlock } from '../../src/chips/index.js';
import { LINE, leafComponent, readLeaf } from '../../src/hdl/index.js';
import { optionalTool, runIcarus } from './rtl-bench.js';

// The text of every block of a whole ECON-T, as its reader sees it. After a change that is meant:
// npx vitest run test/chips/golden.test.ts -u, and look at the diff.
const blocks = [
  linkInputBlock,
  muxBlock,
  floatToFixedBlock,
  calibrationBlock,
  thresholdSumBlock,
  superTriggerCellBlock,
  bestChoiceBlock,
  repeaterBlock,
  normaliserBlock,
  bunchTagBlock,
  linkBufferBlock,
  weightMemoryBlock,
  registersBlock,
  topBlock,
];

const options = { ...defaultChipOptions, econt: defaultEcontOptions };

it.each(blocks)('$name prints as it stands in test/data/golden, no line too long', async (block) => {
  const text = block.emit({ options, provenance: [] });
  await expect(text).toMatchFileSnapshot(join(packageRoot, 'test/data/golden', `${block.module}.v`));
  expect(text.split('\n').filter((line) => line.length > LINE)).toEqual([]);
});

it('the header of every cell in rtl/ is read, with all its ports', () => {
  const folder = join(packageRoot, 'rtl');
  for (const file of readdirSync(folder).filter((name) => name.endsWith('.v'))) {
    const text = readFileSync(join(folder, file), 'utf8');
    const { module, ports } = leafComponent(readLeaf(text), {});
    const written = text.slice(0, text.indexOf(');\n')).match(/^ +(input|output) +(wire|reg)/gm) ?? [];
    expect([file, ports.length]).toEqual([`${module}.v`, written.length]);
    expect(ports.every((p) => p.width > 0)).toBe(true);
  }
});

const iverilog = await optionalTool('iverilog');

it.skipIf(!iverilog)('two chips of different arithmetic run in one design by their prefixes', async () => {
  const chip = (arithmetic: 'econt' | 'exact') =>
    emitChip(describeChip({ arithmetic, tmr: 'none' }), { prefix: `${arithmetic}_` }).files;
  const [econt, exact] = [chip('econt'), chip('exact')];
  expect([...econt.keys()].filter((path) => exact.has(path))).toEqual([]);
  const pins = ".clk_i(clk), .rst_ni(rst_n), .strap_i(3'd0), .scl_i(1'b1), .sda_i(1'b1), .link_i(words)";
  const bench = `module both;
    reg clk = 0, rst_n = 0;
    wire [383:0] words = {12{32'ha1234567}};
    wire [415:0] a, b;
    wire a_sda, b_sda;
    econt_econ_chip u_econt (${pins}, .sda_oe_o(a_sda), .link_o(a));
    exact_econ_chip u_exact (${pins}, .sda_oe_o(b_sda), .link_o(b));
    always #5 clk = ~clk;
    initial begin
      #22 rst_n = 1;
      force u_econt.x = {48{8'h35}};
      force u_exact.x = {48{8'h35}};
      force u_econt.weights_00 = {16'd0, {44{24'h041041}}};
      force u_exact.weights_00 = {16'd0, {44{24'h041041}}};
      #200 $display("%b %b", ^{u_econt.latents, u_exact.latents, a, b} !== 1'bx, u_econt.latents !== u_exact.latents);
      $finish;
    end
  endmodule
  `;
  const files = new Map([...econt, ...exact, ['both.v', bench] as const]);
  // The same image and weights: every bit is known, and the latents differ as the arithmetics do.
  expect(await runIcarus(iverilog!, files, 'both')).toContain('1 1');
});
