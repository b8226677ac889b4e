import * as Plot from '@observablehq/plot';
import { parseHTML } from 'linkedom';
import type { Axis } from './axis.js';
import { html, Markup, withoutControls } from './markup.js';
import { SERIES, seriesColour } from './palette.js';

const { document } = parseHTML('<!doctype html><html></html>');

/** Plot's SVG as text: named for screen readers, coordinates cut to hundredths, its style sheet left to ours. */
export function draw(title: string, options: Plot.PlotOptions): Markup {
  const svg = Plot.plot({ ...options, document, className: 'plot' });
  svg.querySelector('style')?.remove();
  svg.setAttribute('role', 'img');
  const name = document.createElementNS('http://www.w3.org/2000/svg', 'title');
  name.textContent = title;
  svg.insertBefore(name, svg.firstChild);
  // Plot writes labels as they are; names may hold what SVG forbids.
  const text = withoutControls(svg.outerHTML);
  // Only attributes that hold coordinates; never labels.
  const rounded = text.replace(
    / (d|transform|x|y|x1|x2|y1|y2|width|height|cx|cy|r)="([^"]*)"/g,
    (_, key, value) => {
      const short = value.replace(/-?\d+\.\d+(?:e-?\d+)?/g, (n: string) => {
        return String(Math.round(Number(n) * 100) / 100);
      });
      return ` ${key}="${short}"`;
    },
  );
  return new Markup(rounded);
}

/** Plot's options of a scale with our ticks. */
export function scaleOptions(axis: Axis, type: 'linear' | 'log', label: string) {
  return {
    type,
    domain: [...axis.domain],
    ticks: [...axis.ticks],
    tickFormat: axis.label,
    label,
    labelArrow: 'none' as const,
  };
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
