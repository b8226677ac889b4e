import { withoutControls } from './markup.js';
import { missingReason, TITLES } from './section-titles.js';
import { type RunSummary, type Section, type SectionName, sectionNames } from './summary.js';
import { type Table, textTable } from './table.js';
import { commitText, costTable, latencyTable, registerTable, simulationTable } from './tables-chip.js';
import {
  linkTable,
  occupancyTable,
  qualityTable,
  quantileTable,
  trainingTable,
  waferTable,
} from './tables-quality.js';
import { artefactTable, overall, provenanceTable, stepTable, verdictTable } from './tables-run.js';

function titled(table: Table): string {
  return `${table.caption}\n${textTable(table)}`;
}

type Texts = { [Name in SectionName]: (section: Section<Name>) => string[] };

const texts: Texts = {
  training: (training) => [titled(trainingTable(training))],
  quality: (q) => [
    `${q.wafers} wafers of ${q.data}.\n`,
    titled(qualityTable(q)),
    ...(q.occupancy ? [titled(occupancyTable(q.occupancy, q.ours))] : []),
    ...(q.perLinks ? [titled(linkTable(q.perLinks, q.ours))] : []),
  ],
  wafers: (wafers) => [titled(waferTable(wafers))],
  dataset: (d) => {
    const splits = d.splits ? `: ${d.splits.map((s) => `${s.wafers} ${s.name}`).join(', ')}` : '';
    const tables = (d.distributions ?? []).map(quantileTable).filter((t) => t !== undefined);
    return [`${d.wafers} wafers${splits}.${d.note ? ` ${d.note}` : ''}\n`, ...tables.map(titled)];
  },
  chip: (chip) => [titled(latencyTable(chip))],
  simulation: (simulation) => [
    titled(simulationTable(simulation)),
    ...simulation.runs
      .filter((r) => r.firstDivergence)
      .map((r) => `First divergence, ${r.engine}\n${r.firstDivergence}\n`),
  ],
  cost: (cost) => [...(cost.note ? [`${cost.note}\n`] : []), titled(costTable(cost))],
  registers: (registers) => [
    ...(registers.commit ? [`${commitText(registers.commit)}\n`] : []),
    titled(registerTable(registers)),
  ],
  artefacts: (artefacts) => [titled(artefactTable(artefacts))],
};

function sectionText<Name extends SectionName>(summary: RunSummary, name: Name): string[] | undefined {
  const section = summary[name];
  return section && texts[name](section as Section<Name>);
}

/** The tables of the report for a terminal or a log; the verdicts come first. */
export function renderText(summary: RunSummary): string {
  const { provenance, verdicts } = summary;
  const parts = [
    `${summary.title}\n${'='.repeat(summary.title.length)}\n${overall(summary).text}\n${summary.better ? `${summary.better}\n` : ''}`,
    ...(verdicts && verdicts.length > 0 ? [titled(verdictTable(verdicts))] : []),
    ...(provenance?.steps ? [titled(stepTable(provenance.steps))] : []),
  ];
  const missing: string[] = [];
  for (const name of sectionNames) {
    const body = sectionText(summary, name);
    if (body) parts.push(`${TITLES[name]}\n${'-'.repeat(TITLES[name].length)}\n`, ...body);
    else missing.push(`${TITLES[name]}: ${missingReason(summary, name)}\n`);
  }
  if (missing.length > 0) parts.push(missing.join(''));
  if (provenance) parts.push(titled(provenanceTable(provenance)));
  return clean(parts.join('\n'));
}

/** The verdict table alone, which `econ flow` ends with. */
export function renderVerdicts(summary: RunSummary): string {
  return clean(
    `${summary.verdicts && summary.verdicts.length > 0 ? `${textTable(verdictTable(summary.verdicts))}\n` : ''}${overall(summary).text}\n`,
  );
}

/** Terminals get plain blanks, and no control characters from foreign names. */
function clean(text: string): string {
  return withoutControls(text.replace(/[\u202f\u00a0]/g, ' '));
}
