import * as Plot from '@observablehq/plot';
import { linearAxis, logarithmicAxis } from './axis.js';
import { draw, scaleOptions } from './draw.js';
import type { Markup } from './markup.js';
import { SERIES, seriesColour } from './palette.js';

export interface LineSeries {
  readonly name: string;
  /** Points without a value are left out, and the line is broken there. */
  readonly points: readonly { readonly x: number | string; readonly y: number | null | undefined }[];
}

export interface LineChart {
  readonly title: string;
  readonly xLabel: string;
  readonly yLabel: string;
  /** The first one is drawn on top. */
  readonly series: readonly LineSeries[];
  readonly width: number;
  readonly height: number;
  readonly logarithmic?: boolean;
  /** x is one of these classes, in this order; without them x is a number. */
  readonly classes?: readonly string[];
  readonly dots?: boolean;
  /** The value holds until the next x, as a learning rate does. */
  readonly steps?: boolean;
  /** A vertical line, e.g. at the epoch that was kept. */
  readonly mark?: number;
}

/** NaN, at which Plot breaks a line, for what cannot be drawn: nothing there, or zero on a logarithmic axis. */
function drawable(y: number | null | undefined, logarithmic: boolean | undefined): number {
  if (y === null || y === undefined || !Number.isFinite(y)) return Number.NaN;
  return logarithmic && y <= 0 ? Number.NaN : y;
}

function verticalScale(chart: LineChart, values: readonly number[]): Plot.ScaleOptions {
  const [min, max] = values.length === 0 ? [0.1, 1] : [Math.min(...values), Math.max(...values)];
  const axis = chart.logarithmic ? logarithmicAxis(min, max) : linearAxis(Math.min(0, min), max, 4);
  return { ...scaleOptions(axis, chart.logarithmic ? 'log' : 'linear', chart.yLabel), grid: true };
}

function horizontalScale(chart: LineChart): Plot.ScaleOptions {
  const label = { label: chart.xLabel, labelAnchor: 'center', labelArrow: 'none' } as const;
  if (chart.classes) return { type: 'point', domain: [...chart.classes], ...label };
  const xs = chart.series.flatMap((s) => s.points.map((p) => p.x)).filter((x) => typeof x === 'number');
  const [min, max] = xs.length === 0 ? [0, 1] : [Math.min(...xs), Math.max(...xs)];
  const { ticks, label: tickFormat } = linearAxis(min, max, Math.min(6, Math.max(1, max - min)));
  const domain = max > min ? [min, max] : [min - 1, max + 1];
  return { domain, ticks: ticks.filter((t) => t >= min && t <= max), tickFormat, ...label };
}

export function lineChart(chart: LineChart): Markup {
  const marks: Plot.Markish[] = [];
  if (chart.mark !== undefined)
    marks.push(
      Plot.ruleX([chart.mark], { stroke: 'currentColor', strokeOpacity: 0.5, strokeDasharray: '2 2' }),
    );
  const values: number[] = [];
  for (const [i, series] of [...chart.series.entries()].reverse()) {
    const points = series.points.map((p) => ({ x: p.x, y: drawable(p.y, chart.logarithmic) }));
    const drawn = points.filter((p) => !Number.isNaN(p.y));
    values.push(...drawn.map((p) => p.y));
    const stroke = seriesColour(i);
    const { dash, symbol } = SERIES[i % SERIES.length];
    marks.push(
      Plot.line(points, {
        x: 'x',
        y: 'y',
        stroke,
        strokeWidth: i === 0 ? 2 : 1.5,
        strokeDasharray: dash,
        curve: chart.steps ? 'step-after' : 'linear',
      }),
    );
    // A single epoch makes no line, but must be seen.
    if (chart.dots || drawn.length === 1)
      marks.push(Plot.dot(drawn, { x: 'x', y: 'y', fill: stroke, stroke, symbol, r: 3 }));
  }
  return draw(chart.title, {
    width: chart.width,
    height: chart.height,
    marginLeft: 50,
    marginRight: 16,
    marginTop: 26,
    marginBottom: 38,
    x: horizontalScale(chart),
    y: verticalScale(chart, values),
    marks,
  });
}
