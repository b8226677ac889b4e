import * as Plot from '@observablehq/plot';
import { parseHTML } from 'linkedom';
import { fixed, significant } from './format.js';
import { html, Markup } from './markup.js';
import { SERIES, seriesColour } from './palette.js';
import type { Histogram } from './summary.js';

const { document } = parseHTML('<!doctype html><html></html>');

/** Plot's SVG as text: named for screen readers, coordinates cut to hundredths, its style sheet left to ours. */
function draw(title: string, options: Plot.PlotOptions): Markup {
  const svg = Plot.plot({ ...options, document, className: 'plot' });
  svg.querySelector('style')?.remove();
  svg.setAttribute('role', 'img');
  const name = document.createElementNS('http://www.w3.org/2000/svg', 'title');
  name.textContent = title;
  svg.insertBefore(name, svg.firstChild);
  const text: string = svg.outerHTML;
  // Only attributes that hold coordinates; never labels.
  const rounded = text.replace(
    / (d|transform|x|y|x1|x2|y1|y2|width|height|cx|cy|r)="([^"]*)"/g,
    (_, key, value) => {
      const short = value.replace(/-?\d+\.\d+(?:e-?\d+)?/g, (n: string) =>
        String(Math.round(Number(n) * 100) / 100),
      );
      return ` ${key}="${short}"`;
    },
  );
  return new Markup(rounded);
}

/** Names with the stroke and symbol that the lines have. */
export function legend(names: readonly string[], kind: 'line' | 'area' = 'line'): Markup {
  const items = names.map((name, i) => {
    const { dash } = SERIES[i % SERIES.length];
    const colour = seriesColour(i);
    const sample =
      kind === 'line'
        ? html`<path d="M1,6H25" fill="none" stroke="${colour}" stroke-width="2" stroke-dasharray="${dash}"/>`
        : html`<path d="M1,11V2H25V11" fill="${i === 0 ? colour : 'none'}" fill-opacity="0.25" stroke="${colour}" stroke-width="1.5" stroke-dasharray="${dash}"/>`;
    return html`<li><svg class="key" width="26" height="12" aria-hidden="true">${sample}</svg>${name}</li>`;
  });
  return html`<ul class="legend">${items}</ul>`;
}

export interface LineSeries {
  readonly name: string;
  /** Points without a value are left out, and the line is broken there. */
  readonly points: readonly { readonly x: number | string; readonly y: number | null | undefined }[];
}

export interface LineChart {
  readonly title: string;
  readonly xLabel: string;
  readonly yLabel: string;
  readonly series: readonly LineSeries[];
  readonly width: number;
  readonly height: number;
  readonly logarithmic?: boolean;
  /** x is a class with a label, in the order given. */
  readonly classes?: readonly string[];
  readonly dots?: boolean;
  /** A vertical mark, e.g. the epoch that was kept. */
  readonly mark?: { readonly x: number; readonly text: string };
}

function usable(y: number | null | undefined, logarithmic: boolean | undefined): number {
  if (y === null || y === undefined || !Number.isFinite(y)) return Number.NaN;
  return logarithmic && y <= 0 ? Number.NaN : y;
}

export function lineChart(chart: LineChart): Markup {
  const marks: Plot.Markish[] = [];
  const values: number[] = [];
  // Ours is drawn last, on top.
  [...chart.series.entries()].reverse().forEach(([i, series]) => {
    const points = series.points.map((p) => ({ x: p.x, y: usable(p.y, chart.logarithmic) }));
    values.push(...points.map((p) => p.y).filter((y) => !Number.isNaN(y)));
    const stroke = seriesColour(i);
    const style = SERIES[i % SERIES.length];
    marks.push(
      Plot.line(points, {
        x: 'x',
        y: 'y',
        stroke,
        strokeWidth: i === 0 ? 2 : 1.5,
        strokeDasharray: style.dash,
      }),
    );
    // A single epoch makes no line, but must be seen.
    if (chart.dots || points.length === 1)
      marks.push(
        Plot.dot(
          points.filter((p) => !Number.isNaN(p.y)),
          { x: 'x', y: 'y', fill: stroke, stroke, symbol: style.symbol, r: 3 },
        ),
      );
  });
  if (chart.mark) {
    marks.unshift(
      Plot.ruleX([chart.mark.x], { stroke: 'currentColor', strokeOpacity: 0.45, strokeDasharray: '2 2' }),
    );
  }
  const xs = chart.series.flatMap((s) => s.points.map((p) => p.x)).filter((x) => typeof x === 'number');
  const span = Math.max(...xs) - Math.min(...xs);
  const decade = values.length === 0 ? 0 : Math.log10(Math.max(...values) / Math.min(...values));
  return draw(chart.title, {
    width: chart.width,
    height: chart.height,
    marginLeft: 52,
    marginRight: 16,
    marginTop: 24,
    marginBottom: 36,
    x: chart.classes
      ? {
          type: 'point',
          domain: [...chart.classes],
          label: chart.xLabel,
          labelAnchor: 'center',
          labelArrow: 'none',
        }
      : {
          label: chart.xLabel,
          labelAnchor: 'center',
          labelArrow: 'none',
          ticks: Math.min(6, Math.max(1, span)),
          tickFormat: (x: number) => (Number.isInteger(x) ? String(x) : ''),
          nice: false,
        },
    y: {
      type: chart.logarithmic ? 'log' : 'linear',
      label: chart.yLabel,
      labelArrow: 'none',
      grid: true,
      nice: true,
      ticks: chart.logarithmic && decade > 1.5 ? Math.ceil(decade) + 1 : 5,
      tickFormat: (y: number) => (y !== 0 && Math.abs(y) < 1e-3 ? y.toExponential(0) : significant(y, 2)),
      ...(chart.logarithmic ? {} : { zero: Math.min(0, ...values) === 0 && Math.max(...values) > 0 }),
    },
    marks,
  });
}

/** Share of the entries in each bin, as the outline of a histogram. */
function outline(edges: readonly number[], counts: readonly number[], total: number) {
  const points = counts.flatMap((n, i) => [
    { x: edges[i], y: n / total },
    { x: edges[i + 1], y: n / total },
  ]);
  return [{ x: edges[0], y: 0 }, ...points, { x: edges[edges.length - 1], y: 0 }];
}

function entries(series: Histogram['series'][number]): number {
  return series.counts.reduce((a, b) => a + b, 0) + (series.above ?? 0) + (series.below ?? 0);
}

/** Two or more distributions over each other, normalised to their number of entries. */
export function overlaidHistogram(
  title: string,
  xLabel: string,
  histogram: Histogram,
  size: { readonly width: number; readonly height: number; readonly logarithmic?: boolean },
): Markup {
  const { edges, series } = histogram;
  // A logarithmic axis has no zero: bins that begin there are drawn from a tenth of their upper edge.
  const shown = size.logarithmic
    ? edges.map((e, i) => (e > 0 ? e : (edges.slice(i + 1).find((x) => x > 0) ?? 1) / 10))
    : edges;
  const marks = [...series.entries()].reverse().flatMap(([i, s]) => {
    const points = outline(shown, s.counts, Math.max(1, entries(s)));
    const stroke = seriesColour(i);
    const area = Plot.areaY(points, { x: 'x', y: 'y', fill: stroke, fillOpacity: 0.22 });
    const line = Plot.line(points, {
      x: 'x',
      y: 'y',
      stroke,
      strokeWidth: 1.5,
      strokeDasharray: SERIES[i % SERIES.length].dash,
    });
    return i === 0 ? [area, line] : [line];
  });
  return draw(title, {
    width: size.width,
    height: size.height,
    marginLeft: 46,
    marginRight: 14,
    marginTop: 24,
    marginBottom: 36,
    x: {
      type: size.logarithmic ? 'log' : 'linear',
      label: xLabel,
      labelAnchor: 'center',
      labelArrow: 'none',
      ticks: size.logarithmic ? 4 : 5,
      tickFormat: (x: number) => significant(x, 2),
    },
    y: {
      label: 'share per bin',
      labelArrow: 'none',
      grid: true,
      ticks: 4,
      tickFormat: (y: number) => significant(y, 2),
    },
    marks: [...marks, Plot.ruleY([0], { strokeOpacity: 0.5 })],
  });
}

/** One row of bars a series over a common axis, each scaled to its own peak; `means` are marked and written. */
export function stackedHistograms(
  title: string,
  xLabel: string,
  histogram: Histogram,
  means: ReadonlyMap<string, number | null>,
  width: number,
): Markup {
  const { edges, series } = histogram;
  const bars = series.flatMap((s, i) => {
    const peak = Math.max(1, ...s.counts);
    return s.counts
      .map((n, k) => ({
        name: s.name,
        x1: edges[k],
        x2: edges[k + 1],
        share: n / peak,
        colour: seriesColour(i),
      }))
      .filter((bar) => bar.share > 0);
  });
  const last = edges[edges.length - 1];
  const marks = series
    .map((s) => ({ name: s.name, mean: means.get(s.name) }))
    .filter((m): m is { name: string; mean: number } => typeof m.mean === 'number');
  const inside = marks.filter((m) => m.mean >= edges[0] && m.mean <= last);
  return draw(title, {
    width,
    height: 50 + 52 * series.length,
    marginLeft: 190,
    marginRight: 70,
    marginTop: 18,
    marginBottom: 36,
    x: {
      domain: [edges[0], last],
      label: xLabel,
      labelAnchor: 'center',
      labelArrow: 'none',
      tickFormat: (x: number) => significant(x, 2),
    },
    y: { axis: null, domain: [0, 1.05] },
    fy: { domain: series.map((s) => s.name), axis: null, padding: 0.18 },
    marks: [
      Plot.gridX({ strokeOpacity: 0.12 }),
      Plot.rect(bars, { x1: 'x1', x2: 'x2', y1: 0, y2: 'share', fy: 'name', fill: 'colour', insetLeft: 0.5 }),
      Plot.ruleY([0], { strokeOpacity: 0.5 }),
      Plot.tickX(inside, { x: 'mean', fy: 'name', stroke: 'currentColor', strokeWidth: 1.5 }),
      Plot.text(series, {
        text: 'name',
        fy: 'name',
        frameAnchor: 'bottom-left',
        dx: -12,
        textAnchor: 'end',
        lineWidth: 16,
        lineAnchor: 'bottom',
      }),
      Plot.text(marks, {
        text: (m: { mean: number }) => fixed(m.mean, 3),
        fy: 'name',
        frameAnchor: 'bottom-right',
        dx: 62,
        textAnchor: 'end',
        lineAnchor: 'bottom',
        fontVariant: 'tabular-nums',
      }),
      Plot.text(['mean'], {
        frameAnchor: 'top-right',
        dx: 62,
        dy: -14,
        textAnchor: 'end',
        fillOpacity: 0.65,
        facet: null,
      }),
    ],
  });
}

/** What lies beyond the edges, in words; empty when nothing does. */
export function beyond(histogram: Histogram): string {
  const parts = histogram.series.flatMap((s) => [
    ...(s.above ? [`${s.name}: ${s.above} of ${entries(s)} above the last bin`] : []),
    ...(s.below ? [`${s.name}: ${s.below} of ${entries(s)} below the first bin`] : []),
  ]);
  return parts.join('; ');
}
