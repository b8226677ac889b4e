import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  ASSUMED_CHANGES,
  allHold,
  type BlockActivity,
  type BlockCost,
  costOf,
  countBlocks,
  defaultLimits,
  isStorage,
  judge,
  type Limits,
  lowPower65,
  renderCost,
  renderVerdicts,
  type Synthesis,
  synthesise,
} from '../../src/budget/index.js';
import { runYosys } from '../../src/eda/index.js';
import { scratchDescription, scratchFiles } from './scratch-design.js';

const cache = mkdtempSync(join(tmpdir(), 'econ-budget-'));
afterAll(() => rmSync(cache, { recursive: true }));

let synthesis: Synthesis;
beforeAll(async () => {
  synthesis = await synthesise(scratchFiles, 'scratch', { cache });
});

const still: BlockActivity = { changes: () => 0, method: 'nothing moves' };

describe('synthesis', () => {
  test('counts through the hierarchy what a flat synthesis of the same design counts', async () => {
    const flat = await runYosys(
      `read_verilog ${[...scratchFiles.keys()].join(' ')}; synth -noabc -top scratch; setattr -mod -unset keep_hierarchy;
       flatten; tee -q -o gates.json stat -json`,
      Object.fromEntries(scratchFiles),
      { cache, outputs: ['gates.json'] },
    );
    const counts = JSON.parse(flat.files['gates.json']).design.num_cells_by_type as Record<string, number>;
    const flipFlops = Object.entries(counts).reduce(
      (n, [type, count]) => n + (isStorage(type) ? count : 0),
      0,
    );
    const total = countBlocks(synthesis, 2);
    expect(total.flipFlops).toBe(flipFlops);
    expect(total.flipFlops).toBe(16 + 16 + 24);
    expect(total.gates.$_DFF_PN0_).toBe(24);
  });

  test('small modules dissolve in their blocks, kept copies stay; the parts add up to the whole', () => {
    const total = countBlocks(synthesis, 2);
    expect(total.children.map((c) => c.path)).toEqual(['u_product', 'u_stage', 'u_triple']);
    const [product, stage, triple] = total.children;
    expect(stage).toMatchObject({ instances: 1, flipFlops: 16, logic: 0, children: [] });
    expect(triple.children.map((c) => [c.path, c.flipFlops])).toEqual([
      ['u_triple/u_copy_a', 8],
      ['u_triple/u_copy_b', 8],
      ['u_triple/u_copy_c', 8],
    ]);
    // The glue of the top: eight exclusive-ors before the stage.
    const inside = stage.logic + product.logic + triple.logic;
    expect(total.logic - inside).toBe(8);
    expect(product.logic).toBeGreaterThan(200);
  });

  test('instances of one module whose names differ by a number are one entry, with all of their gates', () => {
    const module = (
      name: string,
      gates: Record<string, number>,
      instances: [string, string][] = [],
      children: Record<string, number> = {},
    ) => [name, { name, source: name, gates, children, instances: new Map(instances), netlist: '' }] as const;
    const neurons = ['00', '01', '02'].map((n): [string, string] => [`u_dense_${n}`, 'neuron']);
    const conv = ['r0c0', 'r0c1', 'r2c1'].map((n): [string, string] => [`u_conv_${n}`, 'conv']);
    const synthetic: Synthesis = {
      top: 'chip',
      modules: new Map([
        // Synthesis removed u_gone: it is an instance of the source, but not counted among the children.
        module('chip', { $_NOT_: 1 }, [...neurons, ...conv, ['u_gone', 'gone']], { neuron: 3, conv: 3 }),
        module('neuron', { $_XOR_: 10, $_DFF_P_: 2 }),
        module('conv', { $_NAND_: 7 }),
      ]),
      seconds: 0,
      recipe: '',
    };
    const total = countBlocks(synthetic, 1);
    expect(total).toMatchObject({ logic: 1 + 30 + 21, flipFlops: 6 });
    expect(total.children.map((c) => [c.path, c.instances, c.logic])).toEqual([
      ['u_conv_r0c0..r2c1', 3, 21],
      ['u_dense_00..02', 3, 30],
    ]);
  });

  test('keeps each module in the cache by its content', async () => {
    const again = await synthesise(scratchFiles, 'scratch', { cache });
    expect(again.seconds).toBe(0);
    expect([...again.modules]).toEqual([...synthesis.modules]);
  });

  test('broken and incomplete Verilog are errors with their place', async () => {
    const broken = new Map([['rtl/a.v', 'module a (input wire x);\n  assign y = ;\nendmodule\n']]);
    await expect(synthesise(broken, 'a', { cache })).rejects.toThrow(/a\.v:2/);
    const missing = new Map(scratchFiles);
    missing.delete('rtl/triple.v');
    await expect(synthesise(missing, 'scratch', { cache })).rejects.toThrow(/triple/);
  });
});

describe('cost', () => {
  test('the flip-flops are compared with the plan, block by block', () => {
    expect(costOf(synthesis, scratchDescription()).flipFlopsAsPlanned).toBe(true);
    const wrong = costOf(synthesis, scratchDescription(8));
    expect(wrong.flipFlopsAsPlanned).toBe(false);
    const verdict = judge(wrong, {}, defaultLimits).find((v) => v.name === 'flip-flops after synthesis');
    expect(verdict).toMatchObject({ value: 56, limit: 40, holds: false });
  });

  test('three plain copies that synthesis merges are found out', async () => {
    const naive = new Map(scratchFiles);
    naive.set(
      'rtl/triple.v',
      `module triple (input wire clk_i, input wire rst_ni, input wire en_i, input wire [7:0] d_i,
                      output wire [7:0] q_o);
         reg [7:0] a, b, c;
         assign q_o = (a & b) | (a & c) | (b & c);
         always @(posedge clk_i or negedge rst_ni)
           if (!rst_ni) begin a <= 0; b <= 0; c <= 0; end
           else if (en_i) begin a <= d_i; b <= d_i; c <= d_i; end
       endmodule`,
    );
    const cost = costOf(await synthesise(naive, 'scratch', { cache }), scratchDescription());
    expect(cost.chip.flipFlops).toBe(40);
    expect(cost.flipFlopsAsPlanned).toBe(false);
  });

  test('area and clock energy follow from the counts by hand', () => {
    const { chip } = costOf(synthesis, scratchDescription(), { activity: still });
    const [, stage, triple] = chip.children;
    expect(stage.cellArea).toBeCloseTo(16 * lowPower65.area.$_DFF_P_, 9);
    expect(stage.area).toBeCloseTo((16 * lowPower65.area.$_DFF_P_) / 0.75 / 1e6, 12);
    // 24 flip-flops, 3 fF and 0.7 times as much for the tree, 1.2 V: fJ per clock cycle.
    expect(triple.energy.clock).toBeCloseTo((24 * 3 * 1.7 * 1.44) / 1000, 9);
    expect(triple.energy.switching).toBe(0);
    expect(chip.power).toBeCloseTo((chip.energy.total * 40) / 1000, 12);
  });

  test('every gate counts once, with the activity of its own block', () => {
    const busy: BlockActivity = { changes: (path) => (path === 'u_product' ? 2 : 0), method: 'product only' };
    const { chip } = costOf(synthesis, scratchDescription(), { activity: busy });
    const [product, stage, triple] = chip.children;
    expect(stage.energy.switching + triple.energy.switching).toBe(0);
    expect(chip.energy.switching).toBe(product.energy.switching);
    let expected = 0;
    for (const [gate, count] of Object.entries(countBlocks(synthesis, 1).children[0].gates))
      expected += count * 0.5 * 2 * 1.44 * (3.5 + (0.9 * lowPower65.area[gate]) / 1.44);
    expect(product.energy.switching).toBeCloseTo(expected / 1000, 9);
    const uniform: BlockActivity = { changes: () => ASSUMED_CHANGES, method: '' };
    const all = costOf(synthesis, scratchDescription(), { activity: uniform }).chip;
    const sum = (block: BlockCost): number => block.children.reduce((n, c) => n + c.energy.clock, 0);
    expect(all.energy.clock).toBeCloseTo(sum(all), 12);
  });

  test('a gate without a known area is an error', () => {
    const { $_XOR_: _, ...area } = lowPower65.area;
    const technology = { ...lowPower65, area };
    expect(() => costOf(synthesis, scratchDescription(), { technology })).toThrow(/area of gate \$_XOR_/);
  });
});

describe('verdicts', () => {
  test('hold up to the limit, fail above it, and are open without a measurement', () => {
    const cost = costOf(synthesis, scratchDescription(), { encoderBlocks: ['u_product'] });
    const all = judge(cost, { waferInterval: 1, encoderLatency: 2, chipLatency: 61 }, defaultLimits);
    expect(all.find((v) => v.name === 'encoder latency')).toMatchObject({
      value: 50,
      limit: 50,
      holds: true,
    });
    expect(all.find((v) => v.name === 'chip latency')).toMatchObject({ value: 1525, holds: false });
    expect(all.find((v) => v.name === 'encoder area')?.value).toBe(cost.chip.children[0].area);
    expect(allHold(all)).toBe(false);
    const open = judge(cost, {}, defaultLimits);
    expect(open[0]).toMatchObject({
      name: 'time between wafers',
      value: null,
      holds: null,
      note: 'not simulated',
    });
    expect(allHold(open)).toBe(false);
    const times = { waferInterval: 1, encoderLatency: 2, chipLatency: 5 };
    expect(allHold(judge(cost, times, defaultLimits))).toBe(true);
    expect(allHold(judge(cost, times, { ...defaultLimits, encoderArea: 1e-6 }))).toBe(false);
    expect(judge(cost, times, { ...defaultLimits, encoderArea: null })).toHaveLength(all.length - 1);
  });

  test('quality is judged where it was measured, and told where it has no limit', () => {
    const cost = costOf(synthesis, scratchDescription(), { encoderBlocks: ['u_product'] });
    const times = { waferInterval: 1, encoderLatency: 2, chipLatency: 5 };
    const quality = { wafers: 90, meanEmd: 0.6, bestChoice: { name: 'best choice', meanEmd: 0.2 } };
    const rows = (limits: Partial<Limits>) =>
      judge(cost, times, { ...defaultLimits, ...limits }, quality).filter((v) =>
        v.name.startsWith('mean EMD'),
      );
    expect(rows({})).toMatchObject([
      { value: 0.6, limit: 0.8, holds: true, method: 'measured' },
      { value: expect.closeTo(3), limit: null, holds: null },
    ]);
    expect(allHold(rows({}))).toBe(true);
    expect(allHold(rows({ meanEmd: 0.59 }))).toBe(false);
    expect(allHold(rows({ meanEmdOverBestChoice: 2.9 }))).toBe(false);
    expect(allHold(rows({ meanEmd: null, meanEmdOverBestChoice: 3.1 }))).toBe(true);
    expect(renderVerdicts(rows({}))).toMatch(/^mean EMD \/ best choice +3 +none .* measured +- /m);
    expect(judge(cost, times, defaultLimits).some((v) => v.name.startsWith('mean EMD'))).toBe(false);
  });

  test('as text: estimates are named so, a failure is plain', () => {
    const cost = costOf(synthesis, scratchDescription());
    const text = renderVerdicts(judge(cost, { chipLatency: 61 }, defaultLimits));
    expect(text).toMatch(/^chip latency +1525 +<= +1500 +ns +measured +NO$/m);
    expect(text).toMatch(/^encoder latency +- +<= +50 +ns +measured +skipped +not simulated$/m);
    expect(text).toMatch(/^encoder area .* estimated +yes$/m);
    expect(renderCost(cost)).toMatch(/^ {2}u_triple +\d+ +24 +24 /m);
    expect(JSON.parse(JSON.stringify(cost))).toMatchObject({ flipFlopsAsPlanned: true });
  });
});
