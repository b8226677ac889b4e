import { describe, expect, it } from 'vitest';
import { Random } from '../../src/base/index.js';
import { bestChoiceSending, repeaterSending } from '../../src/blocks/index.js';
import { describeChip, emitChip } from '../../src/chips/index.js';
import { CELLS } from '../../src/detector/index.js';
import { compare, measureWafers, sendingReference } from '../../src/quality/index.js';
import {
  chipSection,
  distributionSections,
  parseSummary,
  qualitySection,
  renderHtml,
  renderText,
} from '../../src/report/index.js';

const base = { format: 'econ-report', version: 1, title: 't' } as const;

describe('chip section', () => {
  const description = describeChip();
  const section = chipSection(description);

  it('holds every block once, and the latency of the description', () => {
    const drawn = [...section.path, ...(section.side ?? [])].map((b) => b.name);
    expect([...drawn].sort()).toEqual(description.blocks.map((b) => b.instance).sort());
    expect(section.path.reduce((bx, b) => bx + b.latencyBx, 0)).toBe(description.latency);
  });

  it('tells the width of every port that the emitted Verilog has', () => {
    const { files } = emitChip(description);
    const moduleOf = new Map(description.blocks.map((b) => [b.instance, b.module]));
    for (const { name, bits } of section.path) {
      const text = files.get(`rtl/${moduleOf.get(name)}.v`) ?? '';
      const widths = [...text.matchAll(/output wire \[(\d+):0\]/g)].map((m) => Number(m[1]) + 1);
      expect(Math.max(...widths), name).toBe(bits);
    }
    const top = files.get('rtl/econ_chip.v') ?? '';
    expect(top).toContain(`[${(section.input.bits ?? 0) - 1}:0] link_i`);
    expect(top).toContain(`[${(section.output.bits ?? 0) - 1}:0] link_o`);
  });

  it('serves only blocks that exist, and passes the schema', () => {
    const names = description.blocks.map((b) => b.instance);
    for (const side of section.side ?? []) for (const fed of side.feeds ?? []) expect(names).toContain(fed);
    parseSummary({ ...base, chip: section }, 'chip');
  });
});

describe('quality section', () => {
  const random = new Random(5);
  const count = 40;
  const charges = Uint32Array.from({ length: count * CELLS }, (_, k) =>
    // The last wafer is empty; it has no EMD.
    k >= (count - 1) * CELLS ? 0 : Math.floor(300 * random.uniform() ** 8),
  );
  const batch = { charges, count };
  const candidates = [sendingReference(bestChoiceSending('spread')), sendingReference(repeaterSending())];
  const comparison = compare(candidates, batch, [2, 5]);
  const emds = candidates.map((c) => ({
    name: c.name,
    emd: measureWafers(batch, c.reconstruct(batch, 5).charges).emd,
  }));
  const section = qualitySection(comparison, { data: 'a test', ours: candidates[0].name, etx: 5, emds });

  it('repeats the numbers of the comparison', () => {
    const row = comparison.rows.find((r) => r.etx === 5 && r.name === candidates[0].name);
    expect(section.algorithms[0].mean).toBe(row?.evaluation.metrics.emd.mean);
    expect(section.perLinks?.rows.map((r) => r.eTx)).toEqual([2, 5]);
    expect(section.perLinks?.rows[1].mean[0]).toBe(row?.evaluation.metrics.emd.mean);
    expect([section.wafers, section.excluded]).toEqual([count - 1, 1]);
  });

  it('counts every wafer that has an EMD in the histogram', () => {
    for (const [i, series] of (section.histogram?.series ?? []).entries()) {
      const inside = series.counts.reduce((a, b) => a + b, 0);
      const defined = Array.from(emds[i].emd).filter((v) => !Number.isNaN(v));
      expect(inside + (series.above ?? 0)).toBe(defined.length);
      const last = section.histogram?.edges.at(-1) ?? 0;
      expect(series.above).toBe(defined.filter((v) => v >= last).length);
    }
    expect(section.histogram?.series).toHaveLength(2);
  });

  it('passes the schema and renders', () => {
    const summary = parseSummary({ ...base, quality: section }, 'quality');
    expect(renderHtml(summary)).not.toMatch(/NaN|undefined/);
    expect(renderText(summary)).toContain('repeater, cut to the links');
  });
});

describe('distributions', () => {
  it('keeps what is known of an empty set', () => {
    const nothing = {
      count: 0,
      mean: Number.NaN,
      quantiles: [Number.NaN, Number.NaN],
      histogram: [Number.NaN, Number.NaN],
    };
    const sections = distributionSections(
      [
        {
          name: 'sum',
          title: 'sum',
          unit: 'CALQ',
          logarithmic: true,
          edges: [1, 10, 100],
          a: { count: 4, mean: 16, quantiles: [3, 30], histogram: [0.25, 0.75] },
          b: nothing,
          ks: Number.NaN,
        },
      ],
      ['ours', 'theirs'],
      [0.05, 0.95],
    );
    const summary = parseSummary({ ...base, dataset: { wafers: 4, distributions: sections } }, 'dataset');
    expect(summary.dataset?.distributions?.[0].quantiles).toEqual([
      { p: 0.05, values: [3, null] },
      { p: 0.95, values: [30, null] },
    ]);
    expect(renderHtml(summary)).not.toMatch(/NaN|undefined/);
  });
});
