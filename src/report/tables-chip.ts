import { fixed, hex, integer, percent, significant } from './format.js';
import type { Section } from './summary.js';
import { type Cell, type Table, withoutEmpty } from './table.js';

// What the report says of the chip, in numbers: from the summary to cells.

export function latencyTable(chip: Section<'chip'>): Table {
  let bx = 0;
  const rows = chip.path.map((block) => {
    bx += block.latencyBx;
    return [
      block.title,
      block.name,
      integer(block.bits),
      integer(block.latencyBx),
      significant(block.latencyBx * chip.clockNs),
      integer(bx),
      significant(bx * chip.clockNs),
    ];
  });
  return {
    caption: 'Latency of the data path',
    columns: [
      { title: 'Block' },
      { title: 'Instance', code: true },
      { title: 'Output', unit: 'bit', numeric: true },
      { title: 'Latency', unit: 'BX', numeric: true },
      { title: 'Latency', unit: 'ns', numeric: true },
      { title: 'Up to here', unit: 'BX', numeric: true },
      { title: 'Up to here', unit: 'ns', numeric: true },
    ],
    rows: [
      ...rows,
      ['Link input to link output', chip.name, '', integer(bx), significant(bx * chip.clockNs), '', ''],
    ],
    total: true,
  };
}

export function simulationTable(simulation: Section<'simulation'>): Table {
  return withoutEmpty({
    caption: 'Simulated Verilog against the integer reference',
    columns: [
      { title: 'Engine' },
      { title: 'Version' },
      { title: 'Compared', unit: 'BX', numeric: true },
      { title: 'Compared', unit: 'bit', numeric: true },
      { title: 'Mismatches', numeric: true },
      { title: 'Latency', unit: 'BX', numeric: true },
      { title: 'Result' },
    ],
    rows: simulation.runs.map((r) => [
      r.engine,
      r.version ?? '',
      integer(r.bx),
      integer(r.bits),
      integer(r.mismatches),
      integer(r.latencyBx),
      simulationResult(r),
    ]),
  });
}

function simulationResult(r: Section<'simulation'>['runs'][number]): Cell {
  if (r.skipped !== undefined) return { text: `skipped: ${r.skipped}`, mark: 'unknown' };
  // No comparison is not agreement.
  if (r.mismatches === undefined || !r.bits) return { text: '? nothing compared', mark: 'unknown' };
  return r.mismatches === 0
    ? { text: '\u2713 equal', mark: 'good' }
    : { text: '\u2717 differs', mark: 'bad' };
}

export function costTable(cost: Section<'cost'>): Table {
  type Row = Section<'cost'>['rows'][number];
  const sum = (key: Exclude<keyof Row, 'block'>): number | undefined => {
    const values = cost.rows.map((r) => r[key]).filter((v) => v !== undefined);
    return values.length === 0 ? undefined : values.reduce((a, b) => a + b, 0);
  };
  const total: Row = {
    block: 'Sum',
    cells: sum('cells'),
    flipFlopsPlanned: sum('flipFlopsPlanned'),
    flipFlopsFound: sum('flipFlopsFound'),
    area: sum('area'),
    energy: sum('energy'),
  };
  return withoutEmpty({
    caption: `Cost per block, ${cost.technology}`,
    columns: [
      { title: 'Block', code: true },
      { title: 'Cells', numeric: true },
      { title: 'Flip-flops planned', numeric: true },
      { title: 'Flip-flops found', numeric: true },
      { title: 'Area (est.)', unit: 'mm2', numeric: true },
      { title: 'Share', numeric: true },
      { title: 'Energy (est.)', unit: 'pJ/BX', numeric: true },
    ],
    rows: [...cost.rows, total].map((r) => [
      r.block,
      integer(r.cells),
      integer(r.flipFlopsPlanned),
      r.flipFlopsPlanned !== undefined &&
      r.flipFlopsFound !== undefined &&
      r.flipFlopsFound !== r.flipFlopsPlanned
        ? { text: `\u2717 ${integer(r.flipFlopsFound)}`, mark: 'bad' }
        : integer(r.flipFlopsFound),
      fixed(r.area === undefined ? undefined : r.area * 1e-6, 3),
      percent(r.area === undefined || !total.area ? undefined : r.area / total.area),
      fixed(r.energy, 1),
    ]),
    total: true,
  });
}

export function registerTable(registers: Section<'registers'>): Table {
  return withoutEmpty({
    caption: 'Registers as written before the first wafer',
    columns: [
      { title: 'Register', code: true },
      { title: 'Address', code: true, numeric: true },
      { title: 'Value', code: true, numeric: true },
      { title: 'Meaning' },
    ],
    rows: registers.rows.map((r) => [r.name, hex(r.address, 4), r.value, r.meaning ?? '']),
  });
}

export function commitText(commit: NonNullable<Section<'registers'>['commit']>): string {
  return (
    `${integer(commit.weightBytes)} weight bytes written, CRC-32 ${hex(commit.crc32, 8)}: commit ` +
    (commit.accepted ? 'accepted, active bank swapped.' : 'REFUSED, the active bank was left alone.')
  );
}
