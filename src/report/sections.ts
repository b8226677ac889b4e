import { type Detector, detectorOf, emdUnit } from '../detector/index.js';
import { blockDiagram } from './block-diagram.js';
import { legend } from './draw.js';
import { fixed, integer, significant } from './format.js';
import { beyond, overlaidHistogram, stackedHistograms } from './histograms.js';
import { type LineChart, lineChart } from './line-chart.js';
import { html, type Markup, type Part } from './markup.js';
import { MOST_LINES } from './palette.js';
import { missingReason } from './section-titles.js';
import type { RunSummary, Section, SectionName } from './summary.js';
import { htmlTable } from './table.js';
import { commitText, costTable, latencyTable, registerTable, simulationTable } from './tables-chip.js';
import { linkTable, occupancyTable, qualityTable, quantileTable, trainingTable } from './tables-quality.js';
import { artefactTable } from './tables-run.js';
import { chargeLegend, waferMap } from './wafer-map.js';

function figure(drawing: Part, caption?: string): Markup {
  return html`<figure>${drawing}${caption ? html`<figcaption>${caption}</figcaption>` : ''}</figure>\n`;
}

function trainingSection(training: Section<'training'>): Markup {
  const { history, bestEpoch } = training;
  if (history.length === 0) return html`<p class="missing">Training has not finished an epoch.</p>`;
  const chart = (
    key: 'loss' | 'validationEmd' | 'learningRate',
    title: string,
    yLabel: string,
    look: Pick<LineChart, 'logarithmic' | 'steps'> = {},
  ) => {
    if (!history.some((h) => typeof h[key] === 'number')) return undefined;
    const points = history.map((h) => ({ x: h.epoch, y: h[key] }));
    const size = { width: 350, height: 220 };
    const series = [{ name: yLabel, points }];
    return figure(lineChart({ title, xLabel: 'epoch', yLabel, series, mark: bestEpoch, ...look, ...size }));
  };
  const facts = [
    `${history.length} ${history.length === 1 ? 'epoch' : 'epochs'}`,
    training.wafers === undefined ? '' : `${integer(training.wafers)} wafers`,
    training.engine ? `engine ${training.engine}` : '',
    bestEpoch === undefined ? '' : `weights of epoch ${bestEpoch} kept (dashed line)`,
  ].filter(Boolean);
  return html`<p>${facts.join(', ')}.</p>
<div class="figures">
${chart('loss', 'Loss against epoch', 'loss', { logarithmic: true })}${chart(
  'validationEmd',
  'Mean EMD of the validation wafers against epoch',
  'validation EMD',
)}${chart('learningRate', 'Learning rate against epoch', 'learning rate', { logarithmic: true, steps: true })}</div>
${htmlTable(trainingTable(training))}`;
}

/** Ours first, then the order of the table: an algorithm has one colour in all charts. */
function inOrder<T extends { readonly name: string }>(list: readonly T[], quality: Section<'quality'>): T[] {
  const names = quality.algorithms.map((a) => a.name);
  const rank = ({ name }: T) =>
    name === quality.ours ? -1 : names.includes(name) ? names.indexOf(name) : names.length;
  return [...list].sort((a, b) => rank(a) - rank(b));
}

/** A line chart over classes with its legend; what is too much for one chart is left to the table, and said. */
function classChart(
  chart: Pick<LineChart, 'title' | 'xLabel' | 'logarithmic'>,
  classes: readonly string[],
  lines: readonly { readonly name: string; readonly mean: readonly (number | null)[] }[],
): Markup {
  const shown = lines.slice(0, MOST_LINES);
  const drawing = lineChart({
    ...chart,
    yLabel: 'mean EMD',
    width: 530,
    height: 300,
    classes,
    dots: true,
    series: shown.map(({ name, mean }) => ({ name, points: classes.map((x, i) => ({ x, y: mean[i] })) })),
  });
  const more = lines.length - shown.length;
  const caption = [
    `${chart.title}${chart.logarithmic ? ', logarithmic' : ''}.`,
    more > 0 ? `${more} more in the table below.` : '',
  ];
  return figure([drawing, legend(shown.map((s) => s.name))], caption.filter(Boolean).join(' '));
}

function qualitySection(quality: Section<'quality'>): Markup {
  const { ours, histogram, occupancy, perLinks } = quality;
  const excluded = quality.excluded
    ? `; ${integer(quality.excluded)} wafers without charge are left out`
    : '';
  const means = new Map(quality.algorithms.map((a) => [a.name, a.mean]));
  const distribution =
    histogram &&
    figure(
      stackedHistograms(
        'Distribution of the EMD per wafer for each algorithm',
        'EMD per wafer',
        { ...histogram, series: inOrder(histogram.series, quality) },
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
  // A comparison without a model of ours has no such row.
  const latents = ours
    ? ` The
latents of the row \u201c${ours}\u201d come from the integer arithmetic of the chip.`
    : '';
  const links = perLinks?.algorithms.map((name, i) => ({
    name,
    mean: perLinks.rows.map((row) => row.mean[i]),
  }));
  return html`<p>${integer(quality.wafers)} wafers of ${quality.data}${excluded}. The earth mover's distance (EMD) between the sent and the
reconstructed fractions is in units of ${quality.distanceUnit === undefined ? html`${fixed(emdUnit, 4)} cm, half the pitch of trigger cells` : html`${quality.distanceUnit} cm`}; 0 is a perfect copy.${latents}</p>
${htmlTable(qualityTable(quality))}${distribution}
<div class="pair">
${
  occupancy &&
  classChart(
    { title: 'Mean EMD against the number of hit trigger cells', xLabel: 'hit trigger cells' },
    occupancy.classes.map((c) => c.label),
    inOrder(occupancy.series, quality),
  )
}${
  perLinks &&
  links &&
  classChart(
    {
      title: 'Mean EMD against the number of transmitter links',
      xLabel: 'transmitter links (eTx)',
      logarithmic: true,
    },
    perLinks.rows.map((row) => String(row.eTx)),
    inOrder(links, quality),
  )
}</div>
${occupancy && htmlTable(occupancyTable(occupancy, ours))}${perLinks && htmlTable(linkTable(perLinks, ours))}`;
}

function waferSection(wafers: Section<'wafers'>, detector: Detector): Markup {
  const figures = wafers.map((w) => {
    const sum = w.charges.reduce((a, b) => a + b, 0);
    const after = w.reconstruction.map((fraction) => fraction * sum);
    const max = Math.max(...w.charges, ...after, 1);
    const hits = w.charges.filter((q) => q > 0).length;
    return html`<figure><h3>${w.name}</h3>
<figcaption>EMD ${fixed(w.emd, 3)}, ${hits} hit cells, sum ${integer(sum)} CALQ</figcaption>
<div class="maps"><div>${waferMap(`${w.name}: charges sent`, w.charges, max, detector)}charges sent</div><div>${waferMap(
      `${w.name}: reconstruction`,
      after,
      max,
      detector,
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
  const figures = distributions.map((d) => {
    const table = quantileTable(d);
    const plot =
      d.histogram &&
      overlaidHistogram(`Distribution of ${d.name}`, d.unit ? `${d.name} (${d.unit})` : d.name, d.histogram, {
        width: 350,
        height: 230,
        logarithmic: d.scale === 'log',
      });
    const caption = [
      typeof d.ks !== 'number'
        ? ''
        : `Largest distance of the cumulative distributions (KS): ${fixed(d.ks, 3)}.`,
      d.histogram ? beyond(d.histogram) : '',
    ].filter(Boolean);
    return figure([plot, table && htmlTable(table)], caption.join(' '));
  });
  return html`<p>${integer(dataset.wafers)} wafers${splits ? html`: ${splits}` : ''}.${dataset.note ? html` ${dataset.note}` : ''}</p>
${names.length > 0 && legend(names, 'area')}
<div class="figures">
${figures}</div>
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

type Bodies = { [Name in SectionName]: (section: Section<Name>, summary: RunSummary) => Markup };

const bodies: Bodies = {
  training: trainingSection,
  quality: qualitySection,
  wafers: (wafers, { detector }) => waferSection(wafers, detectorOf(detector)),
  dataset: datasetSection,
  chip: chipSection,
  simulation: simulationSection,
  cost: costSection,
  registers: registerSection,
  artefacts: (artefacts) => htmlTable(artefactTable(artefacts)),
};

export function sectionBody<Name extends SectionName>(summary: RunSummary, name: Name): Markup {
  const section = summary[name];
  return section
    ? bodies[name](section as Section<Name>, summary)
    : html`<p class="missing">${missingReason(summary, name)}</p>\n`;
}
