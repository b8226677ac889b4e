import * as Plot from '@observablehq/plot';
import { linearAxis, logarithmicAxis } from './axis.js';
import { draw, scaleOptions } from './draw.js';
import { fixed, integer } from './format.js';
import type { Markup } from './markup.js';
import { MOST_LINES, SERIES, seriesColour } from './palette.js';
import type { Histogram } from './summary.js';

function entries(series: Histogram['series'][number]): number {
  return series.counts.reduce((a, b) => a + b, 0) + (series.above ?? 0) + (series.below ?? 0);
}

/** What lies beyond the edges, in words; empty when nothing does. */
export function beyond(histogram: Histogram): string {
  const parts = histogram.series.flatMap((s) => [
    ...(s.above ? [`${integer(s.above)} of ${integer(entries(s))} (${s.name}) above the last bin`] : []),
    ...(s.below ? [`${integer(s.below)} of ${integer(entries(s))} (${s.name}) below the first bin`] : []),
  ]);
  return parts.length === 0 ? '' : `Not shown: ${parts.join(', ')}.`;
}

/** Corners of the outline of a histogram, as shares of all entries. */
function outline(edges: readonly number[], counts: readonly number[], total: number) {
  const tops = counts.flatMap((n, i) => [
    { x: edges[i], y: n / total },
    { x: edges[i + 1], y: n / total },
  ]);
  return [{ x: edges[0], y: 0 }, ...tops, { x: edges[edges.length - 1], y: 0 }];
}

/** A horizontal scale that begins and ends with the bins. */
function edgeToEdge(scale: ReturnType<typeof scaleOptions>, first: number, last: number) {
  const ticks = scale.ticks.filter((t) => t >= first && t <= last);
  return { ...scale, labelAnchor: 'center' as const, domain: [first, last], ticks };
}

export interface HistogramSize {
  readonly width: number;
  readonly height: number;
  readonly logarithmic?: boolean;
}

/** Distributions over each other, each normalised to its number of entries; the first is filled. */
export function overlaidHistogram(
  title: string,
  xLabel: string,
  histogram: Histogram,
  size: HistogramSize,
): Markup {
  const { series } = histogram;
  // A logarithmic axis has no zero: a bin that begins there is drawn from a tenth of the next edge.
  const firstPositive = histogram.edges.find((e) => e > 0) ?? 1;
  const edges = size.logarithmic
    ? histogram.edges.map((e) => Math.max(e, firstPositive / 10))
    : histogram.edges;
  const last = edges[edges.length - 1];
  const peak = Math.max(0, ...series.flatMap((s) => s.counts.map((n) => n / (entries(s) || 1))));
  const marks = [...series.entries()].reverse().flatMap(([i, s]) => {
    const points = outline(edges, s.counts, entries(s) || 1);
    const stroke = seriesColour(i);
    const { dash } = SERIES[i % SERIES.length];
    const line = Plot.line(points, { x: 'x', y: 'y', stroke, strokeWidth: 1.5, strokeDasharray: dash });
    // y1 and y2 are both given: with y alone Plot would stack the two corners that share an x.
    return i === 0
      ? [Plot.areaY(points, { x: 'x', y1: 0, y2: 'y', fill: stroke, fillOpacity: 0.22 }), line]
      : [line];
  });
  const along = size.logarithmic ? logarithmicAxis(edges[0], last) : linearAxis(edges[0], last, 5);
  return draw(title, {
    width: size.width,
    height: size.height,
    marginLeft: 46,
    marginRight: 16,
    marginTop: 26,
    marginBottom: 38,
    x: edgeToEdge(scaleOptions(along, size.logarithmic ? 'log' : 'linear', xLabel), edges[0], last),
    y: { ...scaleOptions(linearAxis(0, peak, 4), 'linear', 'share per bin'), grid: true },
    marks: [...marks, Plot.ruleY([0], { strokeOpacity: 0.5 })],
  });
}

/** One row of bars a series over a common axis, each scaled to its own peak; its mean is marked and written. */
export function stackedHistograms(
  title: string,
  xLabel: string,
  histogram: Histogram,
  means: ReadonlyMap<string, number | null>,
  width: number,
): Markup {
  const { edges, series } = histogram;
  const [first, last] = [edges[0], edges[edges.length - 1]];
  const bars = series.flatMap((s, i) => {
    const peak = Math.max(0, ...s.counts) || 1;
    const colour = i < MOST_LINES ? seriesColour(i) : 'var(--soft)';
    return s.counts
      .map((n, k) => ({
        name: s.name,
        x1: edges[k],
        x2: edges[k + 1],
        share: n / peak,
        colour,
      }))
      .filter((bar) => bar.share > 0);
  });
  const known = series.flatMap((s) => {
    const mean = means.get(s.name);
    return typeof mean === 'number' ? [{ name: s.name, mean }] : [];
  });
  const inside = known.filter((m) => m.mean >= first && m.mean <= last);
  const scale = edgeToEdge(scaleOptions(linearAxis(first, last, 10), 'linear', xLabel), first, last);
  const right = { frameAnchor: 'bottom-right', dx: 54, textAnchor: 'end', lineAnchor: 'bottom' } as const;
  return draw(title, {
    width,
    height: 62 + 52 * series.length,
    marginLeft: 200,
    marginRight: 64,
    marginTop: 24,
    marginBottom: 38,
    x: scale,
    y: { axis: null, domain: [0, 1.05] },
    fy: { domain: series.map((s) => s.name), axis: null, padding: 0.18 },
    marks: [
      Plot.gridX(scale.ticks, { strokeOpacity: 0.12 }),
      Plot.rect(bars, { x1: 'x1', x2: 'x2', y1: 0, y2: 'share', fy: 'name', fill: 'colour', insetLeft: 0.5 }),
      Plot.ruleY([0], { strokeOpacity: 0.5 }),
      Plot.tickX(inside, { x: 'mean', fy: 'name', stroke: 'currentColor', strokeWidth: 1.5 }),
      Plot.text(series, {
        text: 'name',
        fy: 'name',
        frameAnchor: 'bottom-left',
        dx: -12,
        textAnchor: 'end',
        lineWidth: 15,
        lineAnchor: 'bottom',
      }),
      Plot.text(known, {
        text: (m: { mean: number }) => fixed(m.mean, 3),
        fy: 'name',
        ...right,
        fontVariant: 'tabular-nums',
      }),
      Plot.text(['mean'], {
        frameAnchor: 'top-right',
        dx: 54,
        dy: -14,
        textAnchor: 'end',
        fillOpacity: 0.65,
        facet: 'super',
      }),
    ],
  });
}
