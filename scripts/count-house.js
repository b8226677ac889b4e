#!/usr/bin/env node
// What docs/architecture.md promises of src/, counted: `node scripts/count-house.js` prints a table, `--list NAME` the
// places. A count may only fall: it fails when one is above its line in house-counts.json, and asks for a lower line
// when it is below.
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, posix, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const root = fileURLToPath(new URL('..', import.meta.url));
const files = readdirSync(join(root, 'src'), { recursive: true, withFileTypes: true })
  .filter((f) => f.isFile() && f.name.endsWith('.ts') && !f.name.endsWith('.wasm.ts'))
  .map((f) => relative(root, join(f.parentPath, f.name)).replaceAll('\\', '/'))
  .filter((f) => !f.startsWith('src/training/engines/kernel/'))
  .sort();

/** Algorithms as programs and registers spell them, and the folders in which they may be spelled. */
const ALGORITHM = /^(threshold-sum|super-trigger-cell|best-choice|repeater|autoencoder|TS|STC|BC|RPT|AE)$/;
const ALGORITHM_HOME =
  /^src\/(blocks\/(threshold-sum|super-trigger-cell|best-choice|repeater|autoencoder|encoder)\/|chips\/econt\/algorithms\.ts)/;

/** Numbers of one detector and one chip: cells, links, bits of the latents, MHz, ns. */
const NUMBER = /^(48|144|40|40e6|40_000_000|25|3564|2144|1608)$/;
const NUMBER_HOME = /^src\/(detector|encoder|chips\/econt|budget\/technologies)\//;
const NUMBER_NAME = /^(CELLS|CODES|LINKS|LATENTS|IMAGE_CELLS|RAW_BITS|FIELD_BITS|CLOCK_MHZ|BX_NS)$/;

/** Files in which 25, 40 and 48 are something else: shifts, opcodes, bins, bytes of a format. */
const OTHER_NUMBERS = [
  'src/base/number-types.ts', // exponent of a half
  'src/base/random.ts', // a shift
  'src/blocks/link-buffer/verilog.ts', // words of the longest packet
  'src/chips/registers/dump.ts', // letters of a text that is shown
  'src/chips/registers/listing.ts', // the same
  'src/dataset/distributions.ts', // bins
  'src/dataset/generator/deviates.ts', // end of a table
  'src/dataset/generator/shower.ts', // tail of Moyal's distribution
  'src/dataset/write.ts', // the digit 0
  'src/eda/cache.ts', // letters of a hash
  'src/exchange/keras/lambda.ts', // opcode of CPython
  'src/exchange/lower/activation.ts', // end of a range of sums
  'src/exchange/onnx/read.ts', // operator set
  'src/exchange/onnx/tensor.ts', // type of ONNX
];

/** A condition on there being an encoder's shape. Rooms of tensors, which have shapes too, are left out. */
const SHAPE_ROOM = /^src\/(?!encoder\/|dataset\/|exchange\/(graph|keras|onnx|tensorflow|tensors)\/)/;
const SHAPE =
  /\bshape\)?\s*(\?(?![.?:])|&&|\|\||===? ?undefined|!== ?undefined|\?\?)|!(\w+\.)*shape\b|if \((\w+\.)*shape\)/;

const counts = { algorithms: [], numbers: [], shapes: [], arrows: [], functions: [], files: [] };
const arrows = new Map();

for (const file of files) {
  const text = readFileSync(join(root, file), 'utf8');
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  const lines = text.split('\n');
  const place = (node) => `${file}:${source.getLineAndCharacterOfPosition(node.getStart()).line + 1}`;
  if (lines.length - 1 > 300) counts.files.push(`${file}: ${lines.length - 1} lines`);
  if (SHAPE_ROOM.test(file) && lines.some((line) => SHAPE.test(line.replace(/\/\/.*/, ''))))
    counts.shapes.push(file);
  visit(source);

  function visit(node) {
    if (
      ts.isStringLiteralLike(node) &&
      ALGORITHM.test(node.text) &&
      !ALGORITHM_HOME.test(file) &&
      !ts.isImportDeclaration(node.parent)
    )
      counts.algorithms.push(`${place(node)} '${node.text}'`);
    if (
      ts.isNumericLiteral(node) &&
      NUMBER.test(node.getText()) &&
      !NUMBER_HOME.test(file) &&
      !OTHER_NUMBERS.includes(file)
    )
      counts.numbers.push(`${place(node)} ${node.getText()}`);
    if (
      ts.isIdentifier(node) &&
      NUMBER_NAME.test(node.text) &&
      !NUMBER_HOME.test(file) &&
      !ts.isImportSpecifier(node.parent)
    )
      counts.numbers.push(`${place(node)} ${node.text}`);
    if (ts.isFunctionLike(node) && node.body) {
      const long =
        source.getLineAndCharacterOfPosition(node.end).line -
        source.getLineAndCharacterOfPosition(node.getStart()).line +
        1;
      if (long > 100 && !/\blong:/i.test(text.slice(node.getFullStart(), node.getStart())))
        counts.functions.push(`${place(node)} ${long} lines`);
    }
    if ((ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) && node.moduleSpecifier)
      arrow(file, node.moduleSpecifier.text);
    ts.forEachChild(node, visit);
  }
}

/** Notes an arrow between two folders of one room; files of the room's own folder count as the folder '.'. */
function arrow(file, target) {
  if (!target.startsWith('.')) return;
  const to = posix.normalize(posix.join(dirname(file), target));
  const [, room, ...from] = file.split('/');
  const [, other, ...into] = to.split('/');
  if (room !== other || from.length === 0 || into.length === 0) return;
  const [a, b] = [from, into].map((path) => (path.length > 1 ? path[0] : '.'));
  // The room's door opens onto all of its folders.
  if (a === b || (a === '.' && from[0] === 'index.ts')) return;
  const key = `${room} ${a} ${b}`;
  arrows.set(key, [...(arrows.get(key) ?? []), file]);
}

// Of two folders that use each other, the arrows of the direction with fewer files run back.
for (const [key, from] of arrows) {
  const [room, a, b] = key.split(' ');
  const back = arrows.get(`${room} ${b} ${a}`);
  if (back && (from.length < back.length || (from.length === back.length && a < b)))
    counts.arrows.push(
      `src/${room}: ${a} -> ${b} in ${[...new Set(from)].map((f) => posix.basename(f)).join(', ')}`,
    );
}

const meaning = {
  algorithms: 'names of algorithms outside their folders and the list of the chip',
  numbers: 'numbers of cells, links, bits, MHz outside the value that owns them',
  shapes: 'files that ask whether there is a shape',
  arrows: 'arrows that run back between folders of a room',
  functions: 'functions over 100 lines without a `Long:` reason above them',
  files: 'files over 300 lines',
};

const wanted = process.argv[process.argv.indexOf('--list') + 1];
if (process.argv.includes('--list')) {
  if (!(wanted in counts)) throw new Error(`--list takes one of ${Object.keys(counts).join(', ')}.`);
  for (const line of counts[wanted]) console.log(line);
} else {
  const lines = JSON.parse(readFileSync(new URL('house-counts.json', import.meta.url), 'utf8'));
  for (const [name, places] of Object.entries(counts)) {
    const most = lines[name];
    const verdict = places.length > most ? ' TOO MANY' : places.length < most ? ' fewer: lower its line' : '';
    console.log(
      `${String(places.length).padStart(4)} of ${String(most).padStart(4)}  ${meaning[name]}${verdict}`,
    );
    if (places.length > most) process.exitCode = 1;
  }
}
