import { checkWritable, EconError, openFileAtomic, type Progress, silent } from '../../base/index.js';
import {
  type ChipSettings,
  DAMAGE,
  ETX,
  econtInput,
  flagNames,
  muxInput,
  type PacketFlag,
  type Packets,
  packetCharges,
  packetFlags,
  packetSums,
  type Remainder,
} from '../../blocks/index.js';
import { createWaferFile, linkWordRows } from '../../dataset/index.js';
import { triggerCells } from '../../detector/index.js';
import { createDecoder } from './decoder.js';

export interface DecodeOptions {
  /** @default 'spread' */
  readonly remainder?: Remainder;
  /** [mux output] -> column, -1 for none, such as cellPlaces(). @default the mux outputs in their order */
  readonly places?: Int32Array;
  /** Also write one line per packet: BX, flags, cells sent, module sum. */
  readonly packetFile?: string;
  /** Packets to count * 48 charges in mux output order. @default packetCharges; the autoencoder needs its model */
  readonly toCharges?: (packets: Packets) => Float32Array;
  readonly progress?: Progress;
  readonly signal?: AbortSignal;
}

/** What decoding a file came to; plain data. */
export interface DecodeSummary {
  readonly rows: number;
  readonly packets: number;
  /** Packets with damage (any flag of DAMAGE), and packets per flag; flags that never occur are left out. */
  readonly damaged: number;
  readonly flags: Readonly<Partial<Record<PacketFlag, number>>>;
}

/**
 * Output words to wafers: one row of 48 charges (CALQ, rounded to integers) per packet, in the order of the BX.
 * @param output .csv, .csv.gz or .npy
 * @throws EconError dataset/..., chip/bad-words, chip/needs-model, chip/foreign-packets when none is whole, base/cannot-write
 */
export async function decodeFile(
  settings: ChipSettings,
  input: string,
  output: string,
  options: DecodeOptions = {},
): Promise<DecodeSummary> {
  const { remainder = 'spread', places, progress = silent } = options;
  const toCharges = options.toCharges ?? ((p: Packets) => packetCharges(settings, p, remainder));
  const decoder = createDecoder(settings);
  if (options.packetFile !== undefined) checkWritable(options.packetFile);
  const cells = createWaferFile(output);
  const list = options.packetFile === undefined ? undefined : openFileAtomic(options.packetFile);
  const counts: Partial<Record<PacketFlag, number>> = {};
  let rows = 0;
  let packets = 0;
  let damaged = 0;
  const take = (p: Packets): void => {
    packets += p.count;
    for (let i = 0; i < p.count; i++) {
      if (p.flags[i] === 0) continue;
      if (p.flags[i] & DAMAGE) damaged++;
      for (const name of flagNames(p.flags[i])) counts[name] = (counts[name] ?? 0) + 1;
    }
    cells.write(wholeCharges(toCharges(p), places));
    list?.write(new TextEncoder().encode(packetLines(settings, p)));
  };
  progress.start('decode', 0, 'BX');
  try {
    list?.write(new TextEncoder().encode('BX,flags,cells,sum\n'));
    for await (const piece of linkWordRows(input)) {
      options.signal?.throwIfAborted();
      if (piece.columns !== ETX) throw wrongColumns(input, piece.columns);
      take(decoder.run(piece.words));
      rows += piece.rows;
      progress.update(rows);
    }
    take(decoder.finish());
    if (packets >= FOREIGN && damaged === packets) throw foreignPackets(input, settings, packets);
    cells.close();
    list?.close();
  } catch (error) {
    cells.abort();
    list?.abort();
    throw error;
  }
  progress.stop(`${packets} packets`);
  const flags = Object.fromEntries(
    Object.keys(packetFlags)
      .filter((name) => name in counts)
      .map((name) => [name, counts[name as PacketFlag]]),
  );
  return { rows, packets, damaged, flags };
}

/** Rounded charges, in other columns when `places` says so. */
function wholeCharges(charges: Float32Array, places: Int32Array | undefined): Uint32Array {
  const out = new Uint32Array(charges.length);
  for (let row = 0; row < charges.length; row += econtInput.cells) {
    for (let k = 0; k < econtInput.cells; k++) {
      const to = places ? places[k] : k;
      if (to >= 0) out[row + to] = Math.round(charges[row + k]);
    }
  }
  return out;
}

/**
 * [mux output] -> TC_Number, by the table of the reference board (spec econt-behaviour 14): which mux input each
 * trigger cell comes in on. Of outputs that take the same input only the first has a place; the others, and those that take none, get -1.
 */
export function cellPlaces({ mux, generation }: Pick<ChipSettings, 'mux' | 'generation'>): Int32Array {
  const cellOfInput = new Int32Array(econtInput.cells);
  for (const cell of triggerCells) cellOfInput[cell.preMux] = cell.number;
  const seen = new Set<number>();
  return Int32Array.from({ length: econtInput.cells }, (_, k) => {
    const register = muxInput(mux[k], mux.length);
    if (register < 0) return -1;
    const input = generation === 'P1' ? (register & ~3) + 3 - (register & 3) : register;
    if (seen.has(input)) return -1;
    seen.add(input);
    return cellOfInput[input];
  });
}

function packetLines(settings: ChipSettings, p: Packets): string {
  const sums = p.sumCode.length > 0 ? packetSums(settings, p) : undefined;
  let text = '';
  for (let i = 0; i < p.count; i++) {
    let cells = 0;
    for (let k = i * econtInput.cells; k < (i + 1) * econtInput.cells; k++) cells += p.sent[k] ?? 0;
    text += `${p.bx[i]},${flagNames(p.flags[i]).join(' ')},${cells},${sums ? sums[i] : ''}\n`;
  }
  return text;
}

/** So many packets of which none is whole were made with other settings. */
const FOREIGN = 16;

function foreignPackets(path: string, { algorithm, etx }: ChipSettings, count: number): EconError {
  return new EconError({
    code: 'chip/foreign-packets',
    where: path,
    what: `none of ${count} packets is one of ${algorithm} on ${etx} eTx.`,
    remedy: 'Give the settings of the chip that sent them.',
  });
}

function wrongColumns(path: string, columns: number): EconError {
  return new EconError({
    code: 'chip/bad-words',
    where: path,
    what: `${columns} columns instead of ${ETX}.`,
    remedy: 'Output words have 13 columns TX_DATA_0 .. TX_DATA_12, 8 hex digits each.',
  });
}
