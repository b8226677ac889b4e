import { describe, expect, it } from 'vitest';
import { beyond, overlaidHistogram, stackedHistograms } from '../../src/report/histograms.js';
import { lineChart } from '../../src/report/line-chart.js';

const tiny = { title: 'Loss', xLabel: 'epoch', yLabel: 'loss', width: 200, height: 120 };

/** Paths of the lines, in the order in which they are drawn. */
function lines(svg: string): string[] {
  return [...svg.matchAll(/<path d="(M[^"]*)"[^>]*>/g)]
    .filter(
      (m) =>
        svg.slice(0, m.index).lastIndexOf('aria-label="line"') > svg.slice(0, m.index).lastIndexOf('</g>'),
    )
    .map((m) => m[1]);
}

describe('line chart', () => {
  it('draws three epochs', () => {
    const series = [
      {
        name: 'training',
        points: [
          { x: 1, y: 4 },
          { x: 2, y: 2 },
          { x: 3, y: 1 },
        ],
      },
    ];
    expect(lineChart({ ...tiny, series }).text.replaceAll('><', '>\n<')).toMatchInlineSnapshot(`
      "<svg role="img" viewBox="0 0 200 120" height="120" width="200" text-anchor="middle" font-size="10" font-family="system-ui, sans-serif" fill="currentColor" class="plot">
      <title>Loss</title>
      <g stroke-opacity="0.1" stroke="currentColor" aria-hidden="true" aria-label="y-grid">
      <line y2="82" y1="82" x2="184" x1="50" />
      <line y2="68" y1="68" x2="184" x1="50" />
      <line y2="54" y1="54" x2="184" x1="50" />
      <line y2="40" y1="40" x2="184" x1="50" />
      <line y2="26" y1="26" x2="184" x1="50" />
      </g>
      <g stroke="currentColor" fill="none" aria-hidden="true" aria-label="y-axis tick">
      <path d="M0,0L-6,0" transform="translate(50,82)" />
      <path d="M0,0L-6,0" transform="translate(50,68)" />
      <path d="M0,0L-6,0" transform="translate(50,54)" />
      <path d="M0,0L-6,0" transform="translate(50,40)" />
      <path d="M0,0L-6,0" transform="translate(50,26)" />
      </g>
      <g transform="translate(-9,0)" font-variant="tabular-nums" text-anchor="end" aria-label="y-axis tick label">
      <text transform="translate(50,82)" y="0.32em">0</text>
      <text transform="translate(50,68)" y="0.32em">1</text>
      <text transform="translate(50,54)" y="0.32em">2</text>
      <text transform="translate(50,40)" y="0.32em">3</text>
      <text transform="translate(50,26)" y="0.32em">4</text>
      </g>
      <g transform="translate(-47,-23)" text-anchor="start" aria-label="y-axis label">
      <text transform="translate(50,26)" y="0.71em">loss</text>
      </g>
      <g stroke="currentColor" fill="none" aria-hidden="true" aria-label="x-axis tick">
      <path d="M0,0L0,6" transform="translate(50,82)" />
      <path d="M0,0L0,6" transform="translate(117,82)" />
      <path d="M0,0L0,6" transform="translate(184,82)" />
      </g>
      <g transform="translate(0,9)" font-variant="tabular-nums" aria-label="x-axis tick label">
      <text transform="translate(50,82)" y="0.71em">1</text>
      <text transform="translate(117,82)" y="0.71em">2</text>
      <text transform="translate(184,82)" y="0.71em">3</text>
      </g>
      <g transform="translate(0,35)" aria-label="x-axis label">
      <text transform="translate(117,82)">epoch</text>
      </g>
      <g stroke-linecap="round" stroke-linejoin="round" stroke-width="2" stroke="var(--s0)" fill="none" aria-label="line">
      <path d="M50,26L117,54L184,68" />
      </g>
      </svg>"
    `);
  });

  it('breaks the line where there is no value, and on a logarithmic axis at zero', () => {
    const points = [3, null, 5, 4, 0, 2].map((y, x) => ({ x, y }));
    const broken = (logarithmic: boolean) =>
      lines(lineChart({ ...tiny, series: [{ name: 'a', points }], logarithmic }).text)[0].match(/M/g)?.length;
    expect(broken(false)).toBe(2);
    expect(broken(true)).toBe(3);
  });

  it('shows a single point, and stands no values at all', () => {
    expect(lineChart({ ...tiny, series: [{ name: 'a', points: [{ x: 1, y: 2 }] }] }).text).toContain(
      'aria-label="dot"',
    );
    for (const logarithmic of [false, true]) {
      const svg = lineChart({ ...tiny, logarithmic, series: [{ name: 'a', points: [] }] }).text;
      expect(svg).toContain('<svg');
      expect(svg).not.toMatch(/NaN|undefined|Infinity/);
    }
  });
});

describe('histograms', () => {
  const histogram = {
    edges: [0, 1, 2, 4],
    series: [
      { name: 'a', counts: [1, 3, 0], above: 2 },
      { name: 'b', counts: [0, 0, 5], below: 1 },
    ],
  };

  it('say what is not shown', () => {
    expect(beyond(histogram)).toBe(
      'Not shown: 2 of 6 (a) above the last bin, 1 of 6 (b) below the first bin.',
    );
    expect(beyond({ edges: [0, 1], series: [{ name: 'a', counts: [1], above: 0 }] })).toBe('');
  });

  it('draw one outline a series, normalised to all entries', () => {
    const svg = overlaidHistogram('t', 'x', histogram, { width: 246 + 16 + 100, height: 164 }).text;
    // 300 pixels for x = 0..4 from 46, 100 pixels for shares 0..1 up from 126: 3 of 6 is the middle.
    expect(lines(svg)).toEqual([
      'M46,126L46,126L121,126L121,126L196,126L196,42.67L346,42.67L346,126',
      'M46,126L46,109.33L121,109.33L121,76L196,76L196,126L346,126L346,126',
    ]);
  });

  it('survive a logarithmic axis that begins at zero, and empty series', () => {
    const empty = { edges: [0, 1, 10], series: [{ name: 'a', counts: [0, 0] }] };
    const svg = overlaidHistogram('t', 'x', empty, { width: 300, height: 200, logarithmic: true }).text;
    expect(svg).not.toMatch(/NaN|Infinity/);
    expect(stackedHistograms('t', 'x', empty, new Map([['a', null]]), 600).text).not.toMatch(/NaN|Infinity/);
  });

  it('mark means that lie inside and write all of them', () => {
    const svg = stackedHistograms(
      't',
      'x',
      histogram,
      new Map([
        ['a', 1.5],
        ['b', 9],
      ]),
      600,
    ).text;
    expect(svg).toContain('>1.500<');
    expect(svg).toContain('>9.000<');
    expect(/aria-label="tick">(.*?)<\/g>/s.exec(svg)?.[1].match(/<line/g)).toHaveLength(1);
  });
});
