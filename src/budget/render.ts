import { textColumns } from '../base/index.js';
import type { BlockCost, ChipCost } from './cost.js';
import type { Verdict } from './verdicts.js';

/** Verdict table: one line per limit. */
export function renderVerdicts(verdicts: readonly Verdict[]): string {
  return table(
    ['check', 'value', '', 'limit', 'unit', 'method', 'holds', ''],
    verdicts.map((v) => [
      v.name,
      v.value === null ? '-' : number(v.value),
      v.limit === null ? '' : v.relation,
      v.limit === null ? 'none' : number(v.limit),
      v.unit,
      v.method,
      v.limit === null ? '-' : v.holds === null ? 'skipped' : v.holds ? 'yes' : 'NO',
      v.note ?? '',
    ]),
    [0, 4, 5, 6, 7],
  );
}

/** Cost by block, then the encoder block as published, then how the numbers came about. */
export function renderCost(cost: ChipCost): string {
  const rows: string[][] = [];
  const visit = (block: BlockCost, depth: number): void => {
    const name = block.path === '' ? block.module : (block.path.split('/').at(-1) ?? '');
    rows.push(cells(`${'  '.repeat(depth)}${name}`, block));
    const shown =
      depth === 0 ? block.children : [...block.children].filter((c) => c.area >= 0.01 * cost.chip.area);
    for (const child of [...shown].sort((a, b) => b.area - a.area)) visit(child, depth + 1);
  };
  visit(cost.chip, 0);
  rows.push(cells('encoder', cost.encoder));
  return [
    table(
      ['block', 'gates', 'flip-flops', 'planned', 'area mm2', 'signals pJ', 'clock pJ', 'leakage pJ', 'mW'],
      rows,
      [0],
    ),
    `encoder, as in the verdicts: ${cost.encoderBlocks.join(', ')}.`,
    `At the published density (780,000 gates on 2.88 mm2) its gates would take ${cost.encoderAreaByPublishedDensity.toFixed(2)} mm2.`,
    ...cost.methods,
    '',
  ].join('\n');
}

function cells(name: string, block: Omit<BlockCost, 'children' | 'path' | 'module' | 'instances'>): string[] {
  const { logic, flipFlops, planned, area, energy, power } = block;
  return [
    name,
    String(logic),
    String(flipFlops),
    planned === undefined ? '' : String(planned),
    area.toFixed(3),
    energy.switching.toFixed(1),
    energy.clock.toFixed(1),
    energy.leakage.toFixed(2),
    power.toFixed(2),
  ];
}

/** Counts in full, other values with four significant digits. */
function number(value: number): string {
  return Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(4)));
}

function table(
  titles: readonly string[],
  rows: readonly (readonly string[])[],
  left: readonly number[],
): string {
  return `${textColumns([titles, ...rows], (c) => !left.includes(c)).join('\n')}\n`;
}
