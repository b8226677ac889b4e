import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseHTML } from 'linkedom';
import { describe, expect, it } from 'vitest';
import { sha256 } from '../../src/base/index.js';
import { type RunSummary, renderHtml, renderJson, renderText, sectionNames } from '../../src/report/index.js';
import { sampleSummary } from './sample.js';

const empty: RunSummary = { format: 'econ-report', version: 1, title: 'Nothing yet' };

function page(summary: RunSummary) {
  return parseHTML(renderHtml(summary)).document;
}

/** Puts `text` wherever the summary has a string that somebody else may have chosen. */
function poisoned(value: unknown, text: string, key = ''): unknown {
  const fixedKeys = ['format', 'relation', 'method', 'state', 'scale', 'provides'];
  if (fixedKeys.includes(key)) return value;
  // What is empty is left out of the page, and must stay so.
  if (typeof value === 'string') return value === '' ? value : `${text}${value}`;
  if (Array.isArray(value)) return value.map((v) => poisoned(v, text, key));
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, poisoned(v, text, k)]));
  return value;
}

describe('HTML report', () => {
  it('holds verdicts first, then all sections', () => {
    const document = page(sampleSummary());
    expect(document.querySelector('h1')?.textContent).toBe('ECON run: 8x8 encoder, 5 eTx');
    expect(document.querySelector('.overall')?.textContent).toBe(
      '1 of 9 verdicts fails; 1 of 9 verdicts not checked',
    );
    expect(document.querySelector('table caption')?.textContent).toBe('Verdicts');
    expect([...document.querySelectorAll('section')].map((s) => s.id)).toEqual([
      ...sectionNames,
      'provenance',
    ]);
    expect(document.querySelectorAll('.missing')).toHaveLength(0);
    expect(document.querySelectorAll('svg.wafer')).toHaveLength(8);
    expect(document.querySelectorAll('svg.wafer polygon')).toHaveLength(8 * 48);
    // loss, EMD, learning rate; distribution, occupancy, links; three quantities of the data set
    expect(document.querySelectorAll('svg.plot')).toHaveLength(9);
    expect(document.querySelectorAll('svg.diagram')).toHaveLength(1);
    for (const svg of document.querySelectorAll('svg[role=img]'))
      expect(svg.querySelector('title')?.textContent).toBeTruthy();
    for (const link of document.querySelectorAll('nav a'))
      expect(document.querySelector(link.getAttribute('href') ?? '')).not.toBeNull();
  });

  it('needs nothing but itself', () => {
    const text = renderHtml(sampleSummary());
    expect(text).not.toMatch(/<(script|link|img|iframe|object|embed|base)\b/i);
    expect(text).not.toMatch(/\s(src|srcset|action|xlink:href|on\w+)=/i);
    expect(text).not.toMatch(/@import|url\(/);
    expect([...text.matchAll(/https?:[^"'\s<]*/g)].map((m) => m[0])).toEqual([]);
    for (const [, href] of text.matchAll(/href="([^"]*)"/g)) expect(href).toMatch(/^#/);
    expect(text).toContain(`content="default-src 'none'; style-src 'unsafe-inline'"`);
  });

  it('has no number that is none', () => {
    for (const summary of [sampleSummary(), empty]) {
      const text = renderHtml(summary);
      expect(text).not.toMatch(/NaN|undefined|Infinity|\[object/);
    }
  });

  it('says for every missing section why', () => {
    const steps: NonNullable<NonNullable<RunSummary['provenance']>['steps']> = [
      { name: 'train', state: 'done', provides: ['training'] },
      { name: 'evaluate', state: 'skipped', provides: ['quality'], note: 'no test wafers' },
      { name: 'simulate', state: 'failed', provides: ['simulation'], note: 'x.v: bad & broken.' },
      { name: 'budget', state: 'not run', provides: ['cost'] },
    ];
    const document = page({ ...empty, provenance: { econVersion: '0.1.0', steps } });
    const reason = (id: string) => document.querySelector(`#${id} .missing`)?.textContent;
    expect(reason('training')).toBe('Step train left no data for it.');
    expect(reason('quality')).toBe('Step evaluate was skipped: no test wafers');
    expect(reason('simulation')).toBe('Step simulate failed: x.v: bad & broken.');
    expect(reason('cost')).toBe('Step budget has not run.');
    expect(reason('wafers')).toBe('Not part of this run.');
    expect(document.querySelector('.overall')?.textContent).toBe(
      'Step simulate failed; step budget not run; no verdicts',
    );
  });

  it('renders with any one section missing, or alone', () => {
    for (const name of sectionNames) {
      const without = { ...sampleSummary(), [name]: undefined };
      expect(page(without).querySelectorAll('.missing')).toHaveLength(1);
      const alone = { ...empty, [name]: sampleSummary()[name] };
      expect(page(alone).querySelectorAll('section .missing')).toHaveLength(sectionNames.length);
      expect(renderText(alone)).not.toMatch(/NaN|undefined/);
    }
  });

  it('keeps hostile names as text', () => {
    const attack = `</title></svg><script>alert(1)</script><img src=x onerror="alert(2)">"'&\u0000`;
    const hostile = poisoned(sampleSummary(), attack) as RunSummary;
    const text = renderHtml(hostile);
    for (const never of ['<script', '<img', '\u0000']) expect(text.includes(never), never).toBe(false);
    const [clean, dirty] = [page(sampleSummary()), page(hostile)];
    const tags = (document: typeof clean) => {
      const count: Record<string, number> = {};
      // Long names may break into tspans or be squeezed; everything else stays as it is.
      for (const e of document.querySelectorAll('*'))
        if (e.tagName.toLowerCase() !== 'tspan' && !e.closest('svg.diagram text'))
          count[e.tagName] = (count[e.tagName] ?? 0) + 1;
      return count;
    };
    expect(tags(dirty)).toEqual(tags(clean));
    const files = [...dirty.querySelectorAll('#artefacts tbody th')].map((e) => e.textContent);
    expect(files[0]).toBe(`${attack.replace('\u0000', '\ufffd')}model/model.json`);
  });

  it('gives the same bytes twice, also from another process', () => {
    const here = [renderHtml, renderText, renderJson].map((render) => sha256(render(sampleSummary())));
    expect([renderHtml, renderText, renderJson].map((render) => sha256(render(sampleSummary())))).toEqual(
      here,
    );
    const root = fileURLToPath(new URL('../../', import.meta.url));
    const child = spawnSync(
      process.execPath,
      [`${root}node_modules/vite-node/vite-node.mjs`, `${root}test/report/print-hashes.ts`],
      {
        encoding: 'utf8',
        cwd: root,
        env: { ...process.env, TZ: 'Asia/Tokyo', LANG: 'de_DE.UTF-8', LC_ALL: 'de_DE.UTF-8' },
      },
    );
    expect(child.stderr).toBe('');
    expect(child.stdout.trim().split('\n')).toEqual(here);
  });
});
