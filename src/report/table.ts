import { textColumns } from '../base/index.js';
import { DASH } from './format.js';
import { html, type Markup } from './markup.js';

/** One table, computed once and printed as HTML and as text, so that the two cannot disagree. */
export interface Table {
  readonly caption: string;
  readonly columns: readonly Column[];
  readonly rows: readonly (readonly Cell[])[];
  /** The last row is a sum. */
  readonly total?: boolean;
}

export interface Column {
  readonly title: string;
  /** Shown under the title, e.g. 'ns'. */
  readonly unit?: string;
  /** Numerals: aligned right, digits of equal width. */
  readonly numeric?: boolean;
  /** Names of signals, registers, files. */
  readonly code?: boolean;
}

export type Cell = string | { readonly text: string; readonly mark: 'good' | 'bad' | 'unknown' | 'strong' };

function textOf(cell: Cell): string {
  return typeof cell === 'string' ? cell : cell.text;
}

/** The table without the columns in which no row says anything. */
export function withoutEmpty({ columns, rows, ...table }: Table): Table {
  const filled = columns.map((_, c) => rows.some((row) => !['', DASH].includes(textOf(row[c]))));
  const kept = <T>(list: readonly T[]): T[] => list.filter((_, c) => filled[c]);
  return { ...table, columns: kept(columns), rows: rows.map(kept) };
}

export function htmlTable(table: Table): Markup {
  const head = table.columns.map(
    (c) =>
      html`<th scope="col"${c.numeric ? html` class="n"` : ''}>${c.title}${
        c.unit ? html` <span class="unit">${c.unit}</span>` : ''
      }</th>`,
  );
  const rows = table.rows.map((row, r) => {
    const cells = row.map((cell, i) => {
      const column = table.columns[i];
      const marked = typeof cell !== 'string' && cell.mark;
      const classes = [column.numeric && 'n', column.code && 'code', marked].filter(Boolean).join(' ');
      const attributes = classes ? html` class="${classes}"` : '';
      return i === 0
        ? html`<th scope="row"${attributes}>${textOf(cell)}</th>`
        : html`<td${attributes}>${textOf(cell)}</td>`;
    });
    return html`<tr${table.total && r === table.rows.length - 1 ? html` class="total"` : ''}>${cells}</tr>\n`;
  });
  return html`<div class="scroll"><table>
<caption>${table.caption}</caption>
<thead><tr>${head}</tr></thead>
<tbody>
${rows}</tbody>
</table></div>
`;
}

/** Columns padded with blanks, two between them; a rule under the head and above a sum. */
export function textTable(table: Table): string {
  const head = table.columns.map((c) => (c.unit ? `${c.title} [${c.unit}]` : c.title));
  // A line break in a foreign name must not break the table.
  const rows = table.rows.map((row) => row.map((cell) => textOf(cell).replace(/\s*[\r\n]+\s*/g, ' ')));
  const widths = head.map((title, i) => Math.max(title.length, ...rows.map((row) => row[i].length)));
  const rule = widths.map((width) => '-'.repeat(width)).join('  ');
  const [title, ...body] = textColumns([head, ...rows], (i) => table.columns[i].numeric === true);
  if (table.total && body.length > 1) body.splice(-1, 0, rule);
  return [title, rule, ...body].join('\n') + '\n';
}
