import { emdUnit } from '../wafer/index.js';
import { blockDiagram } from './block-diagram.js';
import { fixed, integer, significant } from './format.js';
import { html, Markup, type Part } from './markup.js';
import { beyond, legend, lineChart, overlaidHistogram, stackedHistograms } from './plots.js';
import { style } from './style.js';
import { type RunSummary, type SectionName, sectionNames } from './summary.js';
import { htmlTable } from './table.js';
import {
  artefactTable,
  commitText,
  costTable,
  latencyTable,
  linkTable,
  occupancyTable,
  overall,
  provenanceTable,
  qualityTable,
  quantileTable,
  registerTable,
  simulationTable,
  stepTable,
  trainingTable,
  verdictTable,
} from './tables.js';
import { chargeLegend, waferMap } from './wafer-map.js';

type Section<Name extends keyof RunSummary> = NonNullable<RunSummary[Name]>;

export const TITLES: Readonly<Record<SectionName, string>> = {
  training: 'Training',
  quality: 'Quality of the reconstruction',
  wafers: 'Wafers before and after',
  dataset: 'Data set',
  chip: 'Chip and latency',
  simulation: 'Simulation',
  cost: 'Cost',
  registers: 'Registers',
  artefacts: 'Artefacts',
};

function figure(drawing: Part, caption?: string): Markup {
  return html`<figure>${drawing}${caption ? html`<figcaption>${caption}</figcaption>` : ''}</figure>\n`;
}

function trainingSection(training: Section<'training'>): Markup {
  const { history, bestEpoch } = training;
  if (history.length === 0) return html`<p class="missing">Training has not finished an epoch.</p>`;
  const size = { width: 350, height: 220 };
  const points = (key: 'loss' | 'validationLoss' | 'validationEmd' | 'learningRate') =>
    history.map((h) => ({ x: h.epoch, y: h[key] }));
  const has = (key: 'validationLoss' | 'validationEmd' | 'learningRate') =>
    history.some((h) => typeof h[key] === 'number');
  const mark = bestEpoch === undefined ? undefined : { x: bestEpoch, text: 'kept' };
  const losses = has('validationLoss')
    ? [
        { name: 'training', points: points('loss') },
        { name: 'validation', points: points('validationLoss') },
      ]
    : [{ name: 'training', points: points('loss') }];
  const loss = lineChart({
    title: 'Loss against epoch',
    xLabel: 'epoch',
    yLabel: training.lossName ?? 'loss',
    series: losses,
    logarithmic: true,
    mark,
    ...size,
  });
  const emd =
    has('validationEmd') &&
    lineChart({
      title: 'Mean EMD of the validation wafers against epoch',
      xLabel: 'epoch',
      yLabel: 'validation EMD',
      series: [{ name: 'EMD', points: points('validationEmd') }],
      mark,
      ...size,
    });
  const rate =
    has('learningRate') &&
    lineChart({
      title: 'Learning rate against epoch',
      xLabel: 'epoch',
      yLabel: 'learning rate',
      series: [{ name: 'rate', points: points('learningRate') }],
      logarithmic: true,
      mark,
      ...size,
    });
  const facts = [
    `${history.length} ${history.length === 1 ? 'epoch' : 'epochs'}`,
    training.wafers === undefined ? '' : `${integer(training.wafers)} wafers`,
    training.engine ? `engine ${training.engine}` : '',
    bestEpoch === undefined ? '' : `weights of epoch ${bestEpoch} kept (dashed line)`,
  ].filter(Boolean);
  return html`<p>${facts.join(', ')}.</p>
<div class="figures">
${figure([loss, losses.length > 1 && legend(losses.map((l) => l.name))])}${emd && figure(emd)}${rate && figure(rate)}</div>
${htmlTable(trainingTable(training))}`;
}

/** Ours first, so that it has the first colour everywhere. */
function oursFirst<T extends { readonly name: string }>(list: readonly T[], ours: string): T[] {
  return [...list.filter((s) => s.name === ours), ...list.filter((s) => s.name !== ours)];
}

function qualitySection(quality: Section<'quality'>): Markup {
  const { ours, histogram, occupancy, perLinks } = quality;
  const excluded = quality.excluded
    ? `; ${integer(quality.excluded)} without a defined EMD are left out`
    : '';
  const means = new Map(quality.algorithms.map((a) => [a.name, a.mean]));
  const distribution =
    histogram &&
    figure(
      stackedHistograms(
        'Distribution of the EMD per wafer for each algorithm',
        'EMD per wafer',
        { ...histogram, series: oursFirst(histogram.series, ours) },
        means,
        1080,
      ),
      [
        'Distribution of the EMD per wafer; each row is scaled to its own peak, the upright line is the mean.',
        beyond(histogram),
      ]
        .filter(Boolean)
        .join(' '),
    );
  const against = occupancy && oursFirst(occupancy.series, ours);
  const links =
    perLinks &&
    oursFirst(
      perLinks.algorithms.map((name, i) => ({
        name,
        points: perLinks.rows.map((row) => ({ x: String(row.eTx), y: row.mean[i] })),
      })),
      ours,
    );
  return html`<p>${integer(quality.wafers)} wafers of ${quality.data}${excluded}. The earth mover's distance (EMD) between the sent and the
reconstructed fractions is in units of ${fixed(emdUnit, 4)} cm, half the pitch of trigger cells; 0 is a perfect copy. The
reconstruction of ${ours} comes from the integer arithmetic of the chip.</p>
${htmlTable(qualityTable(quality))}${distribution}
<div class="pair">
${
  against &&
  occupancy &&
  figure(
    [
      lineChart({
        title: 'Mean EMD against the number of hit trigger cells',
        xLabel: 'hit trigger cells',
        yLabel: 'mean EMD',
        width: 530,
        height: 300,
        classes: occupancy.classes.map((c) => c.label),
        dots: true,
        series: against.map((s) => ({
          name: s.name,
          points: occupancy.classes.map((c, i) => ({ x: c.label, y: s.mean[i] })),
        })),
      }),
      legend(against.map((s) => s.name)),
    ],
    'Mean EMD against occupancy.',
  )
}${
  links &&
  perLinks &&
  figure(
    [
      lineChart({
        title: 'Mean EMD against the number of transmitter links',
        xLabel: 'transmitter links (eTx)',
        yLabel: 'mean EMD',
        width: 530,
        height: 300,
        classes: perLinks.rows.map((row) => String(row.eTx)),
        dots: true,
        logarithmic: true,
        series: links,
      }),
      legend(links.map((s) => s.name)),
    ],
    'Mean EMD against the link budget, logarithmic.',
  )
}</div>
${occupancy && htmlTable(occupancyTable(occupancy, ours))}${perLinks && htmlTable(linkTable(perLinks, ours))}`;
}

function waferSection(wafers: Section<'wafers'>): Markup {
  const figures = wafers.map((w) => {
    const sum = w.charges.reduce((a, b) => a + b, 0);
    const after = w.reconstruction.map((fraction) => fraction * sum);
    const max = Math.max(...w.charges, ...after, 1);
    const hits = w.charges.filter((q) => q > 0).length;
    return html`<figure><h3>${w.name}</h3>
<figcaption>EMD ${fixed(w.emd, 3)}, ${hits} hit cells, sum ${integer(sum)} CALQ</figcaption>
<div class="maps"><div>${waferMap(`${w.name}: charges sent`, w.charges, max)}charges sent</div><div>${waferMap(
      `${w.name}: reconstruction`,
      after,
      max,
    )}reconstruction</div></div>
${chargeLegend(max)}</figure>
`;
  });
  return html`<p>Trigger-cell charges in CALQ units on a square-root colour scale, one scale for both maps of a pair. The chip sends
the wafer sum beside the latents, so the reconstruction is the decoded fraction times the sum.</p>
<div class="wafers">
${figures}</div>
`;
}

function datasetSection(dataset: Section<'dataset'>): Markup {
  const splits = dataset.splits?.map((s) => `${integer(s.wafers)} ${s.name}`).join(', ');
  const distributions = dataset.distributions ?? [];
  const names = [...new Set(distributions.flatMap((d) => d.histogram?.series.map((s) => s.name) ?? []))];
  const plots = distributions.map((d) => {
    if (!d.histogram) return undefined;
    const caption = [d.ks === undefined ? '' : `KS distance ${fixed(d.ks, 3)}.`, beyond(d.histogram)].filter(
      Boolean,
    );
    return figure(
      overlaidHistogram(`Distribution of ${d.name}`, d.unit ? `${d.name} (${d.unit})` : d.name, d.histogram, {
        width: 350,
        height: 220,
        logarithmic: d.scale === 'log',
      }),
      caption.join(' '),
    );
  });
  return html`<p>${integer(dataset.wafers)} wafers${splits ? html`: ${splits}` : ''}.${dataset.note ? html` ${dataset.note}` : ''}</p>
${names.length > 0 && legend(names, 'area')}
<div class="figures">
${plots}</div>
<div class="pair">
${distributions.map((d) => {
  const table = quantileTable(d);
  return table && htmlTable(table);
})}</div>
`;
}

function chipSection(chip: Section<'chip'>): Markup {
  const facts = [
    `one wafer every ${significant(chip.clockNs)} ns (one BX)`,
    chip.tmr ? `triplication: ${chip.tmr}` : '',
  ].filter(Boolean);
  return html`<p>Module ${chip.name}: ${facts.join(', ')}. Numbers on the arrows: bits above, bunch crossings since the link
input below. Filled boxes hold pipeline registers.</p>
<div class="scroll">${blockDiagram(chip)}</div>
${htmlTable(latencyTable(chip))}`;
}

function simulationSection(simulation: Section<'simulation'>): Markup {
  const divergences = simulation.runs
    .filter((r) => r.firstDivergence)
    .map((r) => html`<h3>First divergence, ${r.engine}</h3>\n<pre>${r.firstDivergence}</pre>\n`);
  return html`${htmlTable(simulationTable(simulation))}${divergences}`;
}

function costSection(cost: Section<'cost'>): Markup {
  return html`${cost.note && html`<p>${cost.note}</p>\n`}${htmlTable(costTable(cost))}`;
}

function registerSection(registers: Section<'registers'>): Markup {
  return html`${registers.commit && html`<p>${commitText(registers.commit)}</p>\n`}${htmlTable(registerTable(registers))}`;
}

/** Why a section is empty: the step that should have filled it. */
export function missingReason(summary: RunSummary, section: SectionName): string {
  const step = summary.provenance?.steps?.find((s) => s.provides?.includes(section));
  if (!step) return 'Not part of this run.';
  const states = {
    done: `Step ${step.name} left no data for it.`,
    failed: `Step ${step.name} failed.`,
    skipped: `Step ${step.name} was skipped.`,
    'not run': `Step ${step.name} has not run.`,
  };
  return states[step.state] + (step.note ? ` ${step.note}` : '');
}

function sectionBody(summary: RunSummary, name: SectionName): Markup {
  switch (name) {
    case 'training':
      if (summary.training) return trainingSection(summary.training);
      break;
    case 'quality':
      if (summary.quality) return qualitySection(summary.quality);
      break;
    case 'wafers':
      if (summary.wafers) return waferSection(summary.wafers);
      break;
    case 'dataset':
      if (summary.dataset) return datasetSection(summary.dataset);
      break;
    case 'chip':
      if (summary.chip) return chipSection(summary.chip);
      break;
    case 'simulation':
      if (summary.simulation) return simulationSection(summary.simulation);
      break;
    case 'cost':
      if (summary.cost) return costSection(summary.cost);
      break;
    case 'registers':
      if (summary.registers) return registerSection(summary.registers);
      break;
    case 'artefacts':
      if (summary.artefacts) return htmlTable(artefactTable(summary.artefacts));
      break;
  }
  return html`<p class="missing">${missingReason(summary, name)}</p>\n`;
}

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
</header>
<main>
${verdicts && verdicts.length > 0 ? htmlTable(verdictTable(verdicts)) : html`<p class="missing">No verdicts in this run.</p>`}
${provenance?.steps && provenance.steps.length > 0 && htmlTable(stepTable(provenance.steps))}
<nav aria-label="Sections">${sectionNames.map((name) => html`<a href="#${name}">${TITLES[name]}</a> `)}<a href="#provenance">Provenance</a></nav>
${sectionNames.map((name) => html`<section id="${name}">\n<h2>${TITLES[name]}</h2>\n${sectionBody(summary, name)}</section>\n`)}<section id="provenance">
<h2>Provenance</h2>
${provenance ? htmlTable(provenanceTable(provenance)) : html`<p class="missing">Not recorded.</p>`}</section>
</main>
<footer>Measured: counted in simulation, in synthesis or on data. Estimated: from the model named beside the number. The same run gives this file byte for byte.</footer>
</body>
</html>
`;
  return page.text;
}
