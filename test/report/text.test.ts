import { describe, expect, it } from 'vitest';
import { type RunSummary, renderText, renderVerdicts } from '../../src/report/index.js';
import { sampleSummary } from './sample.js';

const small: RunSummary = {
  format: 'econ-report',
  version: 1,
  title: 'Small run',
  provenance: {
    econVersion: '0.1.0',
    seed: 3,
    settings: { eTx: 5 },
    steps: [
      { name: 'train', state: 'done', provides: ['training', 'quality'] },
      {
        name: 'simulate',
        state: 'failed',
        provides: ['simulation'],
        note: 'rtl/chip.v line 3: no such port.',
      },
      { name: 'budget', state: 'not run', provides: ['cost'] },
    ],
  },
  verdicts: [
    { name: 'EMD', value: 0.93, relation: '<=', limit: 1, method: 'measured', holds: true },
    {
      name: 'Power',
      value: 1104.2,
      relation: '<=',
      limit: 100,
      unit: 'mW',
      method: 'estimated',
      holds: false,
    },
    { name: 'Verilator', value: null, method: 'measured', holds: null, note: 'skipped: verilator not found' },
  ],
  training: { history: [{ epoch: 1, loss: 0.5 }], bestEpoch: 1 },
};

describe('text report', () => {
  it('prints a run that broke off', () => {
    expect(renderText(small)).toMatchInlineSnapshot(`
      "Small run
      =========
      Step simulate failed; 1 of 3 verdicts fails; 1 of 3 verdicts not checked; step budget not run

      Verdicts
      Requirement   Value  Limit  Unit  Method     Verdict        Note
      -----------  ------  -----  ----  ---------  -------------  ----------------------------
      EMD          0.9300    ≤ 1        measured   ✓ holds
      Power         1 104  ≤ 100  mW    estimated  ✗ fails
      Verilator         –      –        measured   ? not checked  skipped: verilator not found

      Steps
      Step      State    Note
      --------  -------  --------------------------------
      train     done
      simulate  failed   rtl/chip.v line 3: no such port.
      budget    not run

      Training
      --------

      Selected epochs
      Epoch    Loss
      -----  ------  ----
          1  0.5000  kept

      Reconstruction quality: Step train left no data for it.
      Wafers before and after: Not part of this run.
      Data set: Not part of this run.
      Chip and latency: Not part of this run.
      Simulation: Step simulate failed: rtl/chip.v line 3: no such port.
      Cost: Step budget has not run.
      Registers: Not part of this run.
      Artefacts: Not part of this run.

      Provenance
      Item  Value
      ----  -----
      econ  0.1.0
      seed  3
      eTx   5
      "
    `);
  });

  it('prints every section of a full run, without trailing blanks or wide lines of nothing', () => {
    const text = renderText(sampleSummary());
    expect(text).not.toContain('Not part of this run');
    expect(text).toContain('autoencoder (this chip)');
    expect(text).toContain('First divergence, Icarus Verilog\nBX 1207');
    for (const line of text.split('\n')) expect(line).toBe(line.trimEnd());
  });

  it('never says success when something is open', () => {
    const last = (summary: RunSummary) => renderVerdicts(summary).trimEnd().split('\n').at(-1);
    const ok = small.verdicts?.[0];
    const open = small.verdicts?.[2];
    if (!ok || !open) throw new Error('the sample has changed');
    const base = { format: 'econ-report', version: 1, title: 't' } as const;
    expect(last({ ...base, verdicts: [ok] })).toBe('The one verdict holds');
    expect(last({ ...base, verdicts: [ok, ok] })).toBe('All 2 verdicts hold');
    expect(last({ ...base, verdicts: [ok, open] })).toBe('1 of 2 verdicts not checked');
    expect(last({ ...base, verdicts: [] })).toBe('No verdicts');
    expect(last(base)).toBe('No verdicts');
    expect(last({ ...base, verdicts: [ok], provenance: small.provenance })).toBe(
      'Step simulate failed; step budget not run',
    );
  });

  it('does not call a simulation equal that compared nothing', () => {
    const base = { format: 'econ-report', version: 1, title: 't' } as const;
    const result = (run: Record<string, unknown>) =>
      renderText({ ...base, simulation: { runs: [{ engine: 'e', ...run }] } })
        .split('\n')
        .find((line) => line.startsWith('e '));
    expect(result({ mismatches: 0, bits: 0 })).toContain('? nothing compared');
    expect(result({})).toContain('? nothing compared');
    expect(result({ mismatches: 0, bits: 8 })).toContain('\u2713 equal');
    expect(result({ mismatches: 1, bits: 8 })).toContain('\u2717 differs');
    expect(result({ skipped: 'not found' })).toContain('skipped: not found');
  });

  it('keeps a terminal safe from foreign names', () => {
    const hostile = renderText({
      ...small,
      title: 'a\u001b[2Jb',
      artefacts: [{ path: 'x\ny\u0007', bytes: 1, sha256: '0' }],
    });
    expect(hostile).toContain('a\ufffd[2Jb');
    expect(hostile).toContain('x y\ufffd');
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there
    expect(hostile).not.toMatch(/[\u0000-\u0009\u000b-\u001f]/);
  });
});
