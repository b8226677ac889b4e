import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseSummary, type RunSummary, readSummary, renderJson } from '../../src/report/index.js';
import { sampleSummary } from './sample.js';

function complaint(data: unknown): string {
  try {
    parseSummary(data, 'summary.json');
  } catch (error) {
    return (error as Error).message;
  }
  return 'accepted';
}

function changed(change: (summary: RunSummary) => void): RunSummary {
  const summary = sampleSummary();
  change(summary);
  return summary;
}

describe('run summary', () => {
  it('comes back from JSON as it went, in the same bytes', () => {
    const text = renderJson(sampleSummary());
    const back = parseSummary(JSON.parse(text), 'summary.json');
    expect(back).toEqual(sampleSummary());
    expect(renderJson(back)).toBe(text);
  });

  it('writes keys in one order, however the summary was put together', () => {
    const shuffled = Object.fromEntries(Object.entries(sampleSummary()).reverse()) as RunSummary;
    expect(renderJson(shuffled)).toBe(renderJson(sampleSummary()));
  });

  it('tells a foreign file from a bad one', () => {
    const foreign =
      'summary.json: this is not a run summary of econ (it does not say "format": "econ-report"). Give the summary ' +
      'that `econ flow` left in the run folder, or run `econ flow` again to write a new one.';
    for (const data of [null, 3, 'x', [], {}, { format: 'econ-model' }])
      expect(complaint(data)).toBe(foreign);
    expect(complaint({ format: 'econ-report', version: 2, title: 'x' })).toContain('version: ');
  });

  it.each<[string, (s: RunSummary) => void, string]>([
    ['47 charges', (s) => s.wafers?.[1].charges.pop(), 'wafers.1.charges: '],
    [
      'a histogram with a bin too few',
      (s) => s.quality?.histogram?.series[2].counts.pop(),
      'quality.histogram.series.2.counts: 59 counts for 61 edges',
    ],
    [
      'edges that fall',
      (s) => s.quality?.histogram?.edges.splice(3, 1, 99),
      'quality.histogram.edges.4: edges must increase',
    ],
    [
      'a class without a mean',
      (s) => s.quality?.occupancy?.series[0].mean.pop(),
      'quality.occupancy.series.0.mean: 5 means for 6 classes',
    ],
    [
      'links without a mean',
      (s) => s.quality?.perLinks?.rows[3].mean.pop(),
      'quality.perLinks.rows.3.mean: 5 means for 6 algorithms',
    ],
    [
      'a loss that is no number',
      (s) => s.training?.history.push({ epoch: 61, loss: Number.NaN }),
      'training.history.60.loss: ',
    ],
    ['an unknown section', (s) => Object.assign(s, { extra: 1 }), '"extra"'],
  ])('refuses %s', (_, change, message) => {
    expect(complaint(changed(change))).toContain(message);
  });

  it('names the file that cannot be read', () => {
    const folder = mkdtempSync(join(tmpdir(), 'econ-report-'));
    try {
      const path = join(folder, 'summary.json');
      expect(() => readSummary(path)).toThrow(
        /summary\.json: cannot read this: there is no such file \(ENOENT\)/,
      );
      writeFileSync(path, '{"format": "econ-rep');
      expect(() => readSummary(path)).toThrow(/summary\.json: this is not JSON/);
      writeFileSync(path, renderJson(sampleSummary()));
      expect(readSummary(path)).toEqual(sampleSummary());
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
