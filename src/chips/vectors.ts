import { EconError } from '../base/index.js';
import { type ChipOptions, ETX, inputFormat, outputLinks } from '../blocks/index.js';
import type { RegisterWrite } from './registers/index.js';

/** What the emitted testbench plays and expects. */
export interface ChipVectors {
  /** Register writes over I2C, the last one the commit (settingsToRegisterWrites). */
  readonly writes: readonly RegisterWrite[];
  /** rows of input words, 12 of HGCAL; the first row should have header 0x9, which lets the testbench measure the latency. */
  readonly words: Uint32Array;
  /** rows * 13 output words, row i belongs to input row i (runChip). */
  readonly expected: Uint32Array;
  /** BX from link_i to link_o of the selected algorithm. @default that of the chip description */
  readonly latency?: number;
}

export interface VectorOptions {
  /** Clocks of clk_i in half an I2C bit: 8 loads fast, 20 is 1 MHz. At least 8. */
  readonly halfBitClocks: number;
  /** Straps 0..7. */
  readonly strap: number;
  /** Bytes of each weight bank that the testbench reads back from the shadow, 0..134. */
  readonly readBackBytes: number;
}

export const defaultVectorOptions: VectorOptions = { halfBitClocks: 8, strap: 0, readBackBytes: 16 };

/** Largest run the testbench holds. */
export const TESTBENCH_ROWS = 65536;
export const TESTBENCH_SCRIPT_BYTES = 8192;

/**
 * The vector files of the testbench, all hex for $readmemh: vectors/run.hex, registers.hex, link_in.hex, link_out.hex.
 * @throws EconError chip/bad-vectors
 */
export function vectorFiles(
  vectors: ChipVectors,
  latency: number,
  options: VectorOptions = defaultVectorOptions,
  chip: Pick<ChipOptions, 'detector'> = {},
): Map<string, string> {
  const { links } = inputFormat(chip);
  const { words, expected } = vectors;
  const { halfBitClocks, strap, readBackBytes } = options;
  const rows = words.length / links;
  const script = scriptBytes(vectors.writes);
  if (!Number.isInteger(rows) || rows < 1 || rows > TESTBENCH_ROWS || expected.length !== rows * ETX)
    throw badVectors(
      `${words.length} input and ${expected.length} output words are not 1..${TESTBENCH_ROWS} rows of ${links} and ${ETX}.`,
    );
  if (script.length > TESTBENCH_SCRIPT_BYTES)
    throw badVectors(
      `the register script has ${script.length} bytes, the testbench holds ${TESTBENCH_SCRIPT_BYTES}.`,
    );
  if (halfBitClocks < 8)
    throw badVectors(`${halfBitClocks} clocks per half I2C bit are fewer than the 8 that the target needs.`);
  const run = [rows, latency, script.length, halfBitClocks, strap, readBackBytes];
  return new Map([
    ['vectors/link_in.hex', hexRows(words, rows, links, links)],
    ['vectors/link_out.hex', hexRows(expected, rows, ETX, outputLinks(chip))],
    ['vectors/registers.hex', lines(Array.from(script, (b) => b.toString(16).padStart(2, '0')))],
    ['vectors/run.hex', lines(run.map((n) => n.toString(16).padStart(8, '0')))],
  ]);
}

/** Register writes as bytes: length and address, high byte first, then the data. */
export function scriptBytes(writes: readonly RegisterWrite[]): Uint8Array {
  const bytes: number[] = [];
  for (const { address, bytes: data } of writes) {
    bytes.push(data.length >> 8, data.length & 255, address >> 8, address & 255, ...data);
  }
  return Uint8Array.from(bytes);
}

/** One line per row, the word of the highest link first. */
function hexRows(words: Uint32Array, rows: number, columns: number, shown: number): string {
  const hex = (word: number): string => word.toString(16).padStart(8, '0');
  return lines(
    Array.from({ length: rows }, (_, i) =>
      Array.from(words.subarray(i * columns, i * columns + shown), hex)
        .reverse()
        .join(''),
    ),
  );
}

function lines(list: readonly string[]): string {
  return `${list.join('\n')}\n`;
}

function badVectors(what: string): EconError {
  return new EconError({
    code: 'chip/bad-vectors',
    where: 'test vectors',
    what,
    remedy: 'Give fewer rows, or matching input and output words.',
  });
}
