import { integer, significant } from './format.js';
import { html, type Markup } from './markup.js';
import type { Section } from './summary.js';

/** Sizes in pixels: boxes of the data path stand in one row, everything else in rows below. */
const BOX = { width: 112, height: 76 };
const GAP = 38;
const PITCH = BOX.width + GAP;
const MARGIN = 92;
const TOP = 16;
const ROW = BOX.height + 58;

type Chip = Section<'chip'>;
type Side = NonNullable<Chip['side']>[number];

interface Place {
  /** Left edge and top edge of the box. */
  readonly x: number;
  readonly y: number;
  readonly column: number;
  readonly row: number;
}

/**
 * Places of all blocks: the data path in row 0; a side block below the first block that it feeds, or in the nearest
 * free column of its row.
 */
function place(chip: Chip): Map<string, Place> {
  const places = new Map<string, Place>();
  const taken = new Set<string>();
  const put = (name: string, column: number, row: number) => {
    taken.add(`${row} ${column}`);
    places.set(name, { column, row, x: MARGIN + column * PITCH, y: TOP + row * ROW });
  };
  for (const [i, block] of chip.path.entries()) put(block.name, i, 0);
  const columns = Math.max(1, chip.path.length);
  let waiting: readonly Side[] = chip.side ?? [];
  while (waiting.length > 0) {
    const later: Side[] = [];
    for (const block of waiting) {
      const target = block.feeds?.[0] === undefined ? undefined : places.get(block.feeds[0]);
      if (block.feeds?.[0] !== undefined && !target) {
        later.push(block);
        continue;
      }
      const row = (target?.row ?? 0) + 1;
      const want = target?.column ?? columns - 1;
      const free = Array.from({ length: columns + 12 }, (_, c) => c)
        .filter((c) => !taken.has(`${row} ${c}`))
        .sort((a, b) => Math.abs(a - want) - Math.abs(b - want) || a - b);
      put(block.name, free[0] ?? want, row);
    }
    // A circle of side blocks, or a target that is not in the list: drawn without a target.
    if (later.length === waiting.length) {
      waiting = later.map(({ feeds: _, ...block }) => block);
    } else waiting = later;
  }
  return places;
}

/** A title in at most two lines of about 12 letters. */
function lines(title: string): string[] {
  if (title.length <= 12) return [title];
  const words = title.split(' ');
  const first: string[] = [];
  while (words.length > 1 && [...first, words[0]].join(' ').length <= 12) first.push(words.shift() as string);
  return first.length === 0 ? [title] : [first.join(' '), words.join(' ')];
}

function box(at: Place, kind: string, title: string, name: string, detail: string, hover: string): Markup {
  const heading = lines(title);
  const centre = at.x + BOX.width / 2;
  const start = at.y + (heading.length === 1 ? 24 : 17);
  return html`<g class="block ${kind}"><title>${hover}</title>
<rect x="${at.x}" y="${at.y}" width="${BOX.width}" height="${BOX.height}" rx="3"/>
${heading.map((line, i) => fitted('name', centre, start + 15 * i, line, 8.3))}
${fitted('instance', centre, at.y + 50, name, 5.8)}
${detail && fitted('latency', centre, at.y + 67, detail, 6.6)}
</g>
`;
}

/** Text squeezed to the box when it might be too long; `advance` is the width of a letter in the widest usual font. */
function fitted(kind: string, x: number, y: number, text: string, advance: number): Markup {
  const room = BOX.width - 8;
  const squeeze = text.length * advance > room;
  const fit = squeeze ? html` textLength="${room}" lengthAdjust="spacingAndGlyphs"` : '';
  return html`<text class="${kind}" x="${x}" y="${y}"${fit}>${text}</text>`;
}

function arrow(path: string, kind: string): Markup {
  return html`<path class="${kind}" d="${path}"/>\n`;
}

/** Arrow head of 6 x 6 pixels at (x, y), pointing right or up. */
function head(x: number, y: number, towards: 'right' | 'up', kind: string): Markup {
  const d = towards === 'right' ? `M${x},${y}l-7,-3.5v7z` : `M${x},${y}l-3.5,7h7z`;
  return html`<path class="${kind}" d="${d}"/>\n`;
}

function label(x: number, y: number, text: string, kind: string): Markup {
  return html`<text class="${kind}" x="${x}" y="${y}">${text}</text>\n`;
}

function dataPath(chip: Chip, places: Map<string, Place>): Markup[] {
  const parts: Markup[] = [];
  const middle = TOP + BOX.height / 2;
  const link = (from: number, to: number, bits: number | undefined, below: string) => {
    parts.push(arrow(`M${from},${middle}H${to - 6}`, 'wire'), head(to, middle, 'right', 'tip'));
    const centre = (from + to - 4) / 2;
    if (bits !== undefined) parts.push(label(centre, middle - 7, integer(bits), 'bits'));
    if (below) parts.push(label(centre, middle + 16, below, 'time'));
  };
  link(MARGIN - GAP, MARGIN, chip.input.bits, '0 BX');
  parts.push(label((MARGIN - GAP) / 2, middle + 4, chip.input.label, 'end'));
  let bx = 0;
  chip.path.forEach((block, i) => {
    const at = places.get(block.name) as Place;
    bx += block.latencyBx;
    const ns = `${significant(block.latencyBx * chip.clockNs)} ns`;
    const detail = block.latencyBx === 0 ? 'no register' : `${block.latencyBx} BX, ${ns}`;
    const kind = block.latencyBx === 0 ? 'path' : 'path clocked';
    parts.push(box(at, kind, block.title, block.name, detail, `${block.title} (${block.name}): ${detail}`));
    const last = i === chip.path.length - 1;
    const bits = last ? (chip.output.bits ?? block.bits) : block.bits;
    link(at.x + BOX.width, at.x + PITCH, bits, `${bx} BX`);
  });
  const end = MARGIN + chip.path.length * PITCH;
  parts.push(label(end + (MARGIN - GAP) / 2, middle + 4, chip.output.label, 'end'));
  return parts;
}

/** Wires from side blocks up to what they feed; each block has a level of its own in the space between two rows. */
function sideWires(chip: Chip, places: Map<string, Place>): Markup[] {
  const parts: Markup[] = [];
  const levels = new Map<number, number>();
  for (const block of chip.side ?? []) {
    const from = places.get(block.name) as Place;
    const targets = (block.feeds ?? [])
      .map((name) => places.get(name))
      .filter((p): p is Place => p !== undefined && p.row < from.row);
    const level = levels.get(from.row) ?? 0;
    levels.set(from.row, level + 1);
    // A block that rises straight to its only target needs no level.
    const y = from.y - 14 - 9 * level;
    for (const target of targets) {
      const bottom = target.y + BOX.height;
      const straight = target.column === from.column;
      const start = from.x + BOX.width / 2;
      // Arrivals at one block come side by side.
      const arrive = straight ? start : target.x + BOX.width / 2 + (from.column > target.column ? 18 : -18);
      const route = straight
        ? `M${start},${from.y}V${bottom + 6}`
        : `M${start},${from.y}V${y}H${arrive}V${bottom + 6}`;
      parts.push(arrow(route, 'wire quiet'), head(arrive, bottom, 'up', 'tip quiet'));
    }
  }
  return parts;
}

/** SVG of the chip from link input to link output, with the blocks beside the data path below. */
export function blockDiagram(chip: Chip): Markup {
  const places = place(chip);
  const all = [...places.values()];
  const columns = Math.max(chip.path.length, ...all.map((p) => p.column + 1));
  const width = 2 * MARGIN - GAP + columns * PITCH;
  const height = TOP + Math.max(0, ...all.map((p) => p.row)) * ROW + BOX.height + 8;
  const bx = chip.path.reduce((sum, block) => sum + block.latencyBx, 0);
  const total = `${bx} BX (${significant(bx * chip.clockNs)} ns)`;
  const sides = (chip.side ?? []).map((block) =>
    box(places.get(block.name) as Place, 'side', block.title, block.name, block.detail ?? '', block.title),
  );
  return html`<svg class="diagram" role="img" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" style="min-width:${Math.min(width, 860)}px"><title>Block diagram of ${chip.name}: ${chip.input.label} to ${chip.output.label} in ${total}</title>
${sideWires(chip, places)}${dataPath(chip, places)}${sides}</svg>`;
}
