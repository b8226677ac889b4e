import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findTool, isMissing, runTool } from '../../src/eda/index.js';
import { renderHtml } from '../../src/report/index.js';
import { sampleSummary } from './sample.js';

const chromium = await findTool('chromium');
if (isMissing(chromium)) console.log(`skipped: ${chromium.reason}`);

/** Written into a copy of the page: asks the browser what it made of it. The report itself has no script. */
const PROBE = `<script>
addEventListener('load', () => {
  const box = (e) => e.getBoundingClientRect();
  const apart = (a, b) => a.right <= b.left + 0.5 || b.right <= a.left + 0.5 || a.bottom <= b.top + 0.5 || b.bottom <= a.top + 0.5;
  const all = (s) => [...document.querySelectorAll(s)];
  const clash = [];
  for (const svg of all('svg.plot, svg.diagram, svg.scale')) {
    const texts = [...svg.querySelectorAll('text')].filter((t) => t.textContent.trim());
    texts.forEach((a, i) => texts.slice(i + 1).forEach((b) => {
      if (!apart(box(a), box(b))) clash.push(a.textContent + ' | ' + b.textContent);
    }));
  }
  for (const g of all('svg.diagram .block')) {
    const frame = box(g.querySelector('rect'));
    for (const t of g.querySelectorAll('text'))
      if (box(t).left < frame.left || box(t).right > frame.right) clash.push('out of its box: ' + t.textContent);
  }
  const answer = {
    clash,
    mode: document.compatMode,
    sections: all('section').length,
    tables: all('table').length,
    wafers: all('svg.wafer').length,
    hexagons: all('svg.wafer polygon').filter((p) => box(p).width > 5 && box(p).height > 5).length,
    plots: all('svg.plot').filter((p) => box(p).width > 300).length,
    fills: new Set(all('svg.wafer polygon').map((p) => getComputedStyle(p).fill)).size,
    loaded: performance.getEntriesByType('resource').length,
    wider: document.documentElement.scrollWidth > innerWidth,
  };
  const pre = document.createElement('pre');
  pre.id = 'answer';
  pre.textContent = JSON.stringify(answer);
  document.body.append(pre);
});
</script></head>`;

describe.skipIf(isMissing(chromium))('in headless Chromium', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'econ-report-'));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  async function ask(width: number, dark: boolean) {
    if (isMissing(chromium)) throw new Error(chromium.reason);
    const page = renderHtml(sampleSummary());
    const path = join(folder, 'report.html');
    // The policy forbids scripts, which is tested below; the copy for the probe allows its own.
    writeFileSync(
      path,
      page.replace("style-src 'unsafe-inline'", "$&; script-src 'unsafe-inline'").replace('</head>', PROBE),
    );
    const dom = await dump(path, [
      `--window-size=${width},2000`,
      ...(dark ? ['--blink-settings=preferredColorScheme=0'] : []),
    ]);
    const text = /<pre id="answer">([^<]*)<\/pre>/
      .exec(dom)?.[1]
      .replaceAll('&lt;', '<')
      .replaceAll('&amp;', '&');
    if (!text) throw new Error(`no answer in ${dom.length} bytes`);
    return JSON.parse(text);
  }

  async function dump(path: string, flags: readonly string[]): Promise<string> {
    if (isMissing(chromium)) throw new Error(chromium.reason);
    const result = await runTool(chromium.path, [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      `--user-data-dir=${join(folder, 'profile')}`,
      ...flags,
      '--dump-dom',
      pathToFileURL(path).href,
    ]);
    return result.stdout;
  }

  const expected = {
    clash: [],
    mode: 'CSS1Compat',
    sections: 10,
    tables: 15,
    wafers: 8,
    hexagons: 8 * 48,
    plots: 9,
    loaded: 0,
    wider: false,
  };

  it('shows everything, loads nothing, and no labels run into each other', async () => {
    const answer = await ask(1240, false);
    expect(answer).toMatchObject(expected);
    expect(answer.fills).toBeGreaterThan(8);
  });

  it('does so in the dark', async () => {
    expect(await ask(1240, true)).toMatchObject(expected);
  });

  it('fits a narrow window', async () => {
    expect(await ask(500, false)).toMatchObject({ ...expected, plots: expect.any(Number) });
  });

  it('runs no script, wherever it comes from', async () => {
    const path = join(folder, 'policy.html');
    const attack = `<script>document.title = 'broken'</script>`;
    writeFileSync(path, renderHtml(sampleSummary()).replace('</body>', `${attack}</body>`));
    expect(/<title>([^<]*)<\/title>/.exec(await dump(path, []))?.[1]).toBe(sampleSummary().title);
  });
});
