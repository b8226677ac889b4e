import { EconError } from '../base/index.js';
import {
  algorithmOf,
  buildFront,
  bunchCode5,
  type ChipSettings,
  countBunches,
  ETX,
  emptyBuffer,
  frontCharges,
  LINK_RESET_ROWS,
  ORBIT,
  type OutputBuffer,
  outputBuffer,
} from '../blocks/index.js';
import { checkSettings } from './settings/check.js';

/**
 * The chip as a stream: input words to output words, row by row, without the pipeline latency (row i of the output
 * belongs to row i of the input). BX count and output buffer live on between calls.
 */
export interface Emulator {
  readonly settings: ChipSettings;
  /** BX number of the next row, unless its header restarts the count. */
  nextBunch: number;
  /** The output buffer (threshold sum). */
  readonly buffer: OutputBuffer;
  /** Rows of link reset words still to come. */
  resetRows: number;
  /**
   * @param words rows * links input words: of HGCAL 12 a row
   * @param out rows * 13 output words, allocated when left out; words of inactive links are 0
   */
  run(words: Uint32Array, out?: Uint32Array): Uint32Array;
  /**
   * As run, from charges instead of input words: the algorithm and what follows it, without link input, mux, and
   * calibration. BX are counted in orbits of 3564.
   * @param charges rows * cells calibrated charges (CALQ, 22 bits) in mux output order
   */
  runCharges(charges: Uint32Array, out?: Uint32Array): Uint32Array;
  /**
   * The fast command "link reset ECON-T": the next 256 rows carry reset words on all active links, whatever the
   * algorithm (spec econt-behaviour 8.2). Words waiting in the output buffer are dropped (a decision of the project).
   */
  linkReset(): void;
}

/** Rows worked on at a time: the buffers in between stay in the cache. */
const BLOCK = 256;

/** @throws EconError chip/bad-settings, chip/bad-etx */
export function createEmulator(settings: ChipSettings): Emulator {
  checkSettings(settings);
  const front = buildFront(settings);
  const { links, cells } = front;
  const charges = new Uint32Array(BLOCK * cells);
  const bx = new Uint32Array(BLOCK);
  const buffer = outputBuffer();
  const pack = algorithmOf(settings).packer(settings, BLOCK, buffer);

  /** Blocks of at most BLOCK rows, none of them half in a link reset. */
  function blocks(
    input: Uint32Array,
    columns: number,
    out: Uint32Array,
    each: (block: Uint32Array, n: number, rows: Uint32Array) => void,
  ): Uint32Array {
    const rows = input.length / columns;
    if (!Number.isInteger(rows) || out.length < rows * ETX)
      throw badRows(columns === links ? 'words' : 'charges', input.length, columns, out.length);
    for (let row = 0; row < rows; ) {
      const n = Math.min(BLOCK, rows - row, emulator.resetRows > 0 ? emulator.resetRows : BLOCK);
      each(input.subarray(row * columns, (row + n) * columns), n, out.subarray(row * ETX, (row + n) * ETX));
      row += n;
    }
    return out;
  }

  /** The output rows of a block whose BX are known; `fill` gives its charges. */
  function send(n: number, fill: () => Uint32Array, out: Uint32Array): void {
    if (emulator.resetRows > 0) {
      packReset(settings, bx, n, out);
      emulator.resetRows -= n;
    } else pack(fill(), bx, n, out);
  }

  const emulator: Emulator = {
    settings,
    nextBunch: 0,
    buffer,
    resetRows: 0,
    run: (words, out = new Uint32Array(Math.floor(words.length / links) * ETX)) =>
      blocks(words, links, out, (block, n, rows) => {
        emulator.nextBunch = countBunches(block, n, emulator.nextBunch, bx, front);
        send(n, () => frontCharges(front, block, n, charges), rows);
      }),
    runCharges: (all, out = new Uint32Array(Math.floor(all.length / cells) * ETX)) =>
      blocks(all, cells, out, (block, n, rows) => {
        for (let i = 0; i < n; i++) bx[i] = (emulator.nextBunch + i) % ORBIT;
        emulator.nextBunch = (emulator.nextBunch + n) % ORBIT;
        send(n, () => block, rows);
      }),
    linkReset() {
      emulator.resetRows = LINK_RESET_ROWS;
      emptyBuffer(buffer);
    },
  };
  return emulator;
}

/** All 2 N words of a BX are its counter and the pattern. */
function packReset(settings: ChipSettings, bx: Uint32Array, n: number, out: Uint32Array): void {
  for (let i = 0; i < n; i++) {
    const half = (bunchCode5(bx[i]) << 11) | settings.linkResetPattern;
    const word = ((half << 16) | half) >>> 0;
    for (let j = 0; j < ETX; j++) out[i * ETX + j] = j < settings.etx ? word : 0;
  }
}

function badRows(what: string, given: number, columns: number, room: number): EconError {
  return new EconError({
    code: 'chip/bad-words',
    where: what === 'words' ? 'input words' : what,
    what: `${given} ${what} in and ${room} words out are not rows of ${columns} in and ${ETX} out.`,
    remedy: `Give ${columns} of them per row.`,
  });
}

/**
 * Output words of input words, from an empty buffer and BX 0.
 * @param words rows * links
 * @returns rows * 13
 */
export function runChip(settings: ChipSettings, words: Uint32Array): Uint32Array {
  return createEmulator(settings).run(words);
}
