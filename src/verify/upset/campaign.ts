import { EconError, Random } from '../../base/index.js';
import type { StateWord, UpsetOutcome, UpsetRun } from '../../netlist-sim/index.js';
import { classOf, count, emptyTable, type UpsetClass, type UpsetTable } from './classes.js';

export interface UpsetChoice {
  readonly count: number;
  readonly seed: number;
  /** Neighbouring bits of one register that are upset together. Default 1. */
  readonly together?: number;
  /** Only state below this instance, or in this register: `u_weight_memory`. Default: all, every bit alike. */
  readonly where?: string;
}

/** Upsets of one group: what a thread takes at a time, and what is kept when a campaign is interrupted. */
export const GROUP = 5000;

/** One upset of a campaign and what came of it. */
export interface CampaignUpset {
  readonly register: string;
  /** First bit. */
  readonly bit: number;
  readonly kind: UpsetClass;
  readonly outcome: UpsetOutcome;
}

export interface UpsetGroupTask {
  readonly checkpoint: number;
  readonly upsets: readonly (readonly number[])[];
}

/**
 * The upsets of a group, from the seed and its number alone.
 * @throws EconError `upset/nothing` when no state has the name asked for
 */
export function drawGroup(run: UpsetRun, choice: UpsetChoice, group: number): UpsetGroupTask {
  const { together = 1, where, seed } = choice;
  const bits = candidates(run, where);
  const random = new Random(seed * 0x100000 + group);
  const size = Math.min(GROUP, choice.count - group * GROUP);
  const checkpoint = random.below(run.starts);
  const upsets = Array.from({ length: size }, () => {
    const first = bits[random.below(bits.length)];
    // Neighbours: bits of the same register that follow; at its end fewer.
    const { name } = wordAt(run, first);
    const list = [first];
    for (let n = first + 1; list.length < together && n < run.bits && wordAt(run, n).name === name; n++)
      list.push(n);
    return list;
  });
  return { checkpoint, upsets };
}

/** What became of a group, upset by upset. */
export function judgeGroup(
  run: UpsetRun,
  { upsets }: UpsetGroupTask,
  outcomes: readonly UpsetOutcome[],
  tally: (word: StateWord) => boolean,
): CampaignUpset[] {
  return outcomes.map((outcome, i) => {
    const [first] = upsets[i];
    const word = wordAt(run, first);
    return {
      register: word.kind === 'memory' ? `${word.name}[${word.row}]` : word.name,
      bit: word.lsb + run.places[2 * first + 1],
      kind: classOf(outcome, tally(word)),
      outcome,
    };
  });
}

/** Tables of all upsets and of those in each block of the chip. */
export interface UpsetTables {
  readonly all: UpsetTable;
  readonly blocks: Record<string, UpsetTable>;
}

export function emptyTables(): UpsetTables {
  return { all: emptyTable(), blocks: {} };
}

export function tabulate(tables: UpsetTables, upsets: readonly CampaignUpset[]): void {
  for (const { register, kind, outcome } of upsets) {
    const block = register.split('.', 1)[0];
    tables.blocks[block] ??= emptyTable();
    count(tables.all, kind, outcome);
    count(tables.blocks[block], kind, outcome);
  }
}

function wordAt({ words, places }: UpsetRun, bit: number): StateWord {
  return words[places[2 * bit]];
}

function candidates(run: UpsetRun, where: string | undefined): Int32Array {
  const all = Int32Array.from({ length: run.bits }, (_, n) => n);
  if (where === undefined) return all;
  const bits = all.filter((n) => {
    const { name } = wordAt(run, n);
    return name === where || name.startsWith(`${where}.`);
  });
  if (bits.length > 0) return bits;
  const blocks = [...new Set(run.words.map(({ name }) => name.split('.', 1)[0]))].sort();
  throw new EconError({
    code: 'upset/nothing',
    where,
    what: 'the chip has no state in an instance or register of this name.',
    remedy: `Name one by its path, below ${blocks.join(', ')}.`,
  });
}
