import { html, Markup } from './markup.js';
import { TITLES } from './section-titles.js';
import { sectionBody } from './sections.js';
import { style } from './style.js';
import { type RunSummary, sectionNames } from './summary.js';
import { htmlTable } from './table.js';
import { overall, provenanceTable, stepTable, verdictTable } from './tables-run.js';

/**
 * One self-contained page: no scripts, no network (the policy in its head forbids both), readable in light and dark
 * and on paper. The same summary gives the same bytes.
 */
export function renderHtml(summary: RunSummary): string {
  const total = overall(summary);
  const { provenance, verdicts } = summary;
  const by = [
    provenance && `econ ${provenance.econVersion}`,
    provenance?.seed !== undefined && `seed ${provenance.seed}`,
    provenance?.dataSource,
  ].filter(Boolean);
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="generator" content="econ">
<title>${summary.title}</title>
<style>${new Markup(style)}</style>
</head>
<body>
<header>
<h1>${summary.title}</h1>
<p class="by">${by.join(' \u00b7 ')}</p>
<p class="overall ${total.mark}">${total.text}</p>
${
  summary.better &&
  html`<p class="better">${summary.better}</p>
`
}</header>
<main>
<div class="top">
${verdicts && verdicts.length > 0 ? htmlTable(verdictTable(verdicts)) : html`<p class="missing">No verdicts in this run.</p>`}
${provenance?.steps && provenance.steps.length > 0 && htmlTable(stepTable(provenance.steps))}</div>
<nav aria-label="Sections">${sectionNames.map((name) => html`<a href="#${name}">${TITLES[name]}</a> `)}<a href="#provenance">Provenance</a></nav>
${sectionNames.map((name) => html`<section id="${name}">\n<h2>${TITLES[name]}</h2>\n${sectionBody(summary, name)}</section>\n`)}<section id="provenance">
<h2>Provenance</h2>
${provenance ? htmlTable(provenanceTable(provenance)) : html`<p class="missing">Not recorded.</p>`}</section>
</main>
<footer>Measured: counted in simulation, in synthesis or on data. Estimated: from the model named beside the number. But for the wall times, the same input gives this file byte for byte.</footer>
</body>
</html>
`;
  return page.text;
}
