// Derives sensor-maps/*.json from the public tables in ../shared/data/maps, so that every number in them can be
// traced. Needed only when a table changes; the package ships the results.
//   node scripts/build-sensor-maps.js [folder with the tables [folder to write to]]
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const tables = process.argv[2] ?? join(root, '../shared/data/maps');
const target = process.argv[3] ?? join(root, 'sensor-maps');
const CELLS = 48;
const NEIGHBOUR_CM = 2.6; // touching cells are 2.18 or 2.42 cm apart, the next ones 2.77

/** @param {string} name */
function csv(name) {
  const [header, ...rows] = readFileSync(join(tables, name), 'utf8').trim().split(/\r?\n/);
  const keys = header.split(',');
  return rows.map((row) => Object.fromEntries(row.split(',').map((text, i) => [keys[i], text])));
}

/** One line per value, and per entry of `list`: a diff then shows which cell changed. */
function write(name, head, list, entries) {
  const top = Object.entries(head).map(([key, value]) => `  "${key}": ${JSON.stringify(value)}`);
  const body = entries.map((entry) => `    ${JSON.stringify(entry)}`).join(',\n');
  writeFileSync(join(target, name), `{\n${top.join(',\n')},\n  "${list}": [\n${body}\n  ]\n}\n`);
}

/**
 * Centres as lattice points: each rhombus is a start and two steps (cm). The published coordinates carry
 * 7 digits; these are the same numbers.
 */
function centre(number) {
  const a = 2.09301;
  const b = 1.20840075;
  const row = number % 4;
  const column = (number % 16) >> 2;
  if (number < 16) return [a * column, -2 * b * row - b * column];
  if (number < 32) return [-8.37204 + a * row, -10.271393 + b * row + 2 * b * column];
  return [4.7092705 - a * (row + column), -12.386101 + b * row - b * column];
}

function triggerCells() {
  const links = csv('LDM_TC_Mapping.csv');
  const xy = links.map((_, i) => centre(i));
  const distance = (i, j) => Math.hypot(xy[i][0] - xy[j][0], xy[i][1] - xy[j][1]);
  return links.map((cell, i) => {
    if (Number(cell.TC_Number) !== i)
      throw new Error(`LDM_TC_Mapping.csv: row ${i} is not trigger cell ${i}`);
    return {
      number: i,
      u: Number(cell.TC_U),
      v: Number(cell.TC_V),
      x: Number(xy[i][0].toFixed(6)),
      y: Number(xy[i][1].toFixed(6)),
      rhombus: i >> 4,
      hgcroc: Number(cell.HGCROC),
      hgcrocLink: Number(cell.HGCROC_eTx_Number),
      slot: Number(cell.eLink_Spot),
      erx: Number(cell.ECON_eRX_Number),
      preMux: Number(cell.ECON_TC_Number_PreMux),
      postMux: Number(cell.ECON_TC_Number_PostMux),
      superCell4: Number(cell.STC4_Number),
      superCell16: Number(cell.STC16_Number),
      neighbours: links.map((_, j) => j).filter((j) => j !== i && distance(i, j) < NEIGHBOUR_CM),
    };
  });
}

/** The 36 overlapping 2x2 groups of the telescope loss, as TC_Number in the order of their smallest cell. */
function quads() {
  const groups = [];
  for (let rhombus = 0; rhombus < 3; rhombus++) {
    for (let column = 0; column < 3; column++) {
      for (let row = 0; row < 3; row++) {
        const n = 16 * rhombus + 4 * column + row;
        groups.push([n, n + 1, n + 4, n + 5]);
      }
    }
  }
  // Across the three seams; cells of both sides, two and two.
  for (const [left, right] of [
    [
      [0, 1, 2, 3],
      [31, 27, 23, 19],
    ],
    [
      [3, 7, 11, 15],
      [35, 34, 33, 32],
    ],
    [
      [16, 17, 18, 19],
      [47, 43, 39, 35],
    ],
  ]) {
    for (let i = 0; i < 3; i++) groups.push([left[i], left[i + 1], right[i], right[i + 1]]);
  }
  const memberships = new Array(CELLS).fill(0);
  for (const cell of groups.flat()) memberships[cell]++;
  // A quarter of the sum over its cells of 1 / (groups that hold the cell), except for the cells 3, 19 and 35 at
  // the triple point: the published loss adds their 1/3 to 1/4 instead of putting it in place of it. We keep
  // the published values, with which the published autoencoders were trained.
  const share = (cell) => (memberships[cell] === 3 ? 1 / 4 + 1 / 3 : 1 / memberships[cell]);
  return groups.map((cells) => ({
    cells,
    weight: Number((0.25 * cells.reduce((sum, cell) => sum + share(cell), 0)).toFixed(12)),
  }));
}

function imageMaps() {
  const order = csv('tcRemap.csv')
    .map((cell) => [Number(cell.tc_cell_AEblock), Number(cell.tc_cell_train)])
    .sort((p, q) => p[0] - q[0]);
  const image = new Array(64).fill(-1);
  // The table counts the 48 unmasked positions row by row: four rows of 8, then four of 4.
  for (const [k, cell] of order) image[k < 32 ? k : 32 + 8 * ((k - 32) >> 2) + (k % 4)] = cell;
  return Array.from({ length: 8 }, (_, row) => image.slice(8 * row, 8 * row + 8));
}

function modules() {
  const angles = new Map(csv('WaferEtaPhiMap.csv').map((w) => [`${w.layer},${w.waferu},${w.waferv}`, w]));
  const rows = csv('ModuleLinkSummary.csv')
    .map((m) => {
      const angle = angles.get(`${m.Layer},${m.ModU},${m.ModV}`);
      return {
        layer: Number(m.Layer),
        u: Number(m.ModU),
        v: Number(m.ModV),
        density: m.HD_LD === 'HD' ? 'high' : 'low',
        type: m.ModType,
        etx: Number(m.ECONT_eTX),
        eta: angle ? Number(Number(angle.tc_eta).toFixed(4)) : null,
        phi: angle ? Number(Number(angle.tc_phi).toFixed(4)) : null,
      };
    })
    .sort((p, q) => p.layer - q.layer || p.u - q.u || p.v - q.v);
  return Object.keys(rows[0]).map((key) => [key, rows.map((row) => row[key])]);
}

mkdirSync(target, { recursive: true });

write(
  'trigger-cells.json',
  {
    source:
      'cmantill/ECONT_Emulator@357cfef1 Utils/LDM_TC_Mapping.csv (u, v, links, super cells); ' +
      'fastmachinelearning/fastml-science@c3216446 sensor-data-compression utils/metrics.py (centres, EMD unit)',
    units: { x: 'cm', y: 'cm' },
    emdUnit: 1.20840075,
    neighbourDistance: NEIGHBOUR_CM,
    densities: {
      low: { sensorCells: 192, cellsPerTriggerCell: 4, hgcrocs: 3, droppedBits: 1 },
      high: { sensorCells: 432, cellsPerTriggerCell: 9, hgcrocs: 6, droppedBits: 3 },
    },
  },
  'cells',
  triggerCells(),
);
write(
  'image-maps.json',
  {
    source:
      'oliviaweng/Ecoder TrainingData/tcRemap.csv; fastmachinelearning/fastml-science@c3216446 ' +
      'sensor-data-compression networks.py (8x8 and 4x4x3 arrangements)',
    masked: -1,
    image4x4x3: Array.from({ length: CELLS }, (_, i) => 16 * (i % 3) + Math.floor(i / 3)),
    rotation: Array.from({ length: CELLS }, (_, cell) => (cell + 32) % CELLS),
  },
  'image8x8',
  imageMaps(),
);
write(
  'super-cells.json',
  {
    source:
      'fastmachinelearning/fastml-science@c3216446 sensor-data-compression (telescope loss, telescopeMSE8x8)',
    rhombi: [0, 1, 2].map((rhombus) => Array.from({ length: 16 }, (_, i) => 16 * rhombus + i)),
  },
  'quads',
  quads(),
);
write(
  'modules.json',
  {
    source:
      'cmantill/ECONT_Emulator@357cfef1 Utils/ModuleLinkSummary.csv (V11 geometry, links) and WaferEtaPhiMap.csv ' +
      '(eta and phi of the wafer, null where the table has none)',
  },
  'columns',
  modules(),
);
