import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import {
  EconError,
  type Progress,
  readJson,
  sha256,
  silent,
  version,
  writeFileAtomic,
} from '../base/index.js';
import { plannedFlipFlops } from '../chips/index.js';
import {
  drawGroup,
  emptyTables,
  GROUP,
  judgeGroup,
  tabulate,
  type UpsetChoice,
  type UpsetScene,
  type UpsetTables,
  upsetClasses,
  upsetScene,
} from '../verify/index.js';
import type { ChipJob } from './steps/rtl.js';

export interface UpsetTask extends UpsetChoice {
  readonly scene: UpsetScene;
  /** Clocks for which an upset is followed at most. */
  readonly watch: number;
  /** Folder that keeps finished groups, so that the same campaign goes on; left out: nothing is kept. */
  readonly folder?: string;
  readonly threads?: number;
  readonly progress?: Progress;
  readonly signal?: AbortSignal;
}

export interface UpsetCampaign {
  /** What was upset, and how. */
  readonly task: Omit<UpsetChoice, 'count'> & { readonly scene: UpsetScene; readonly watch: number };
  readonly upsets: number;
  /** Bits of state in the chip, and flip-flops planned. */
  readonly bits: number;
  readonly flipFlops: number;
  readonly clocks: number;
  readonly tables: UpsetTables;
  readonly stopped: 'finished' | 'aborted';
  /** Wall time of this run and the upsets in it; no property of the chip. */
  readonly seconds: number;
  readonly ran: number;
}

const count = z.int().nonnegative();
const tableSchema = z.object({
  classes: z.record(z.enum(upsetClasses), count),
  wrongBx: z.record(z.string(), count),
});
const tablesSchema = z.object({ all: tableSchema, blocks: z.record(z.string(), tableSchema) });
const folderSchema = z.object({ format: z.literal('econ-upset'), key: z.string() });

/** Clocks after which a silent difference that stays the same is taken to stay. */
const REST = 50;

/**
 * Upsets the flip-flops of a chip, in simulation. Determined by chip, words, scene, choice and seed; the number of threads
 * changes nothing.
 * @throws EconError `upset/other-campaign` when the folder keeps another one
 */
export async function upsetCampaign(job: ChipJob, task: UpsetTask): Promise<UpsetCampaign> {
  const { scene, watch, folder, progress = silent, signal, threads, count, ...choice } = task;
  const { description, vectors } = job;
  const written = vectors.writes.map(({ address, bytes }) => [address, sha256(bytes)]);
  const words = sha256(new Uint8Array(vectors.words.buffer));
  const key = sha256(
    JSON.stringify([version, description.hash, written, words, scene, watch, choice, REST, GROUP]),
  );
  if (folder !== undefined) openFolder(folder, key);
  progress.start('compile', 1, 'design');
  const { run, recording, clocks } = await upsetScene(job, scene, { watch, rest: REST });
  progress.stop();
  const began = performance.now();
  const groups = Math.ceil(count / GROUP);
  const tables: UpsetTables[] = [];
  const missing: number[] = [];
  for (let g = 0; g < groups; g++) {
    const kept = folder === undefined ? undefined : readGroup(folder, g, Math.min(GROUP, count - g * GROUP));
    if (kept) tables[g] = kept;
    else missing.push(g);
  }
  progress.start('upset', count, 'upset');
  let done = count - missing.reduce((sum, g) => sum + Math.min(GROUP, count - g * GROUP), 0);
  const before = done;
  progress.update(done);
  const drawn = missing.map((g) => drawGroup(run, { ...choice, count }, g));
  let stopped: UpsetCampaign['stopped'] = 'finished';
  try {
    await run.run(drawn, {
      threads,
      signal,
      done: (i, outcomes) => {
        const table = emptyTables();
        tabulate(table, judgeGroup(run, drawn[i], outcomes, recording.tally));
        tables[missing[i]] = table;
        if (folder !== undefined)
          writeFileAtomic(groupFile(folder, missing[i], outcomes.length), JSON.stringify(table));
        done += outcomes.length;
        progress.update(done);
      },
    });
  } catch (error) {
    if (!signal?.aborted) throw error;
    stopped = 'aborted';
  }
  progress.stop();
  return {
    task: { ...choice, scene, watch },
    upsets: done,
    bits: run.bits,
    flipFlops: plannedFlipFlops(description).total,
    clocks,
    tables: merged(tables.filter((table) => table !== undefined)),
    stopped,
    seconds: (performance.now() - began) / 1000,
    ran: done - before,
  };
}

function merged(parts: readonly UpsetTables[]): UpsetTables {
  const sum = emptyTables();
  const add = (to: UpsetTables['all'], from: UpsetTables['all']) => {
    for (const name of upsetClasses) to.classes[name] += from.classes[name];
    for (const [bx, n] of Object.entries(from.wrongBx)) to.wrongBx[+bx] = (to.wrongBx[+bx] ?? 0) + n;
  };
  for (const { all, blocks } of parts) {
    add(sum.all, all);
    for (const [name, table] of Object.entries(blocks)) {
      sum.blocks[name] ??= emptyTables().all;
      add(sum.blocks[name], table);
    }
  }
  return sum;
}

const groupFile = (folder: string, group: number, size: number): string =>
  join(folder, `group-${String(group).padStart(5, '0')}-${size}.json`);

function readGroup(folder: string, group: number, size: number): UpsetTables | undefined {
  const file = groupFile(folder, group, size);
  if (!existsSync(file)) return undefined;
  const remedy = 'Remove the file: its upsets are run again.';
  const parsed = tablesSchema.safeParse(readJson(file, remedy));
  if (parsed.success) return parsed.data;
  throw new EconError({
    code: 'upset/other-campaign',
    where: file,
    what: 'this is no table of upsets.',
    remedy,
  });
}

function openFolder(folder: string, key: string): void {
  const file = join(folder, 'upset.json');
  if (!existsSync(file)) {
    writeFileAtomic(file, `${JSON.stringify({ format: 'econ-upset', key })}\n`);
    return;
  }
  const remedy = 'Give another --run, or remove the folder.';
  if (folderSchema.safeParse(readJson(file, remedy)).data?.key === key) return;
  throw new EconError({
    code: 'upset/other-campaign',
    where: file,
    what: 'the folder keeps the upsets of another chip, scene, seed or version.',
    remedy,
  });
}

/** Lines for the user. */
export function renderUpsets(campaign: UpsetCampaign): string {
  const { task, upsets, bits, flipFlops, clocks, tables, stopped, seconds, ran } = campaign;
  const { together = 1, where, scene, seed, watch } = task;
  const what = together === 1 ? 'one flip-flop each' : `up to ${together} neighbouring flip-flops each`;
  const names = Object.keys(tables.blocks).sort();
  const width = Math.max(...names.map((name) => name.length), 3) + 2;
  const columns = (values: readonly (string | number)[]) =>
    values.map((v) => String(v).padStart(11)).join('');
  const row = (name: string, { classes }: UpsetTables['all']) =>
    name.padEnd(width) + columns(upsetClasses.map((c) => classes[c]));
  const none = upsetClasses.filter((c) => tables.all.classes[c] === 0);
  const limit = (3 / upsets).toExponential(1);
  return [
    `${upsets} upsets of ${what} in ${where ?? 'all state'}: ${bits} bits of state, ${flipFlops} flip-flops planned`,
    `scene ${scene}, ${clocks} clocks; each upset followed for ${watch} clocks at most; seed ${seed}`,
    ' '.repeat(width) + columns(upsetClasses),
    row('all', tables.all),
    ...names.map((name) => row(name, tables.blocks[name])),
    ...wrongLines(tables.all.wrongBx),
    ...(none.length > 0 && upsets > 0
      ? [`No upset was ${none.join(', ')}: less than ${limit} of all, each, at 95 % confidence`]
      : []),
    ...(ran > 0 ? [`${ran} upsets in ${seconds.toFixed(1)} s: ${Math.round(ran / seconds)} per second`] : []),
    ...(stopped === 'finished' ? [] : ['Stopped early; with --run the same command goes on.']),
  ].join('\n');
}

function wrongLines(wrongBx: Readonly<Record<number, number>>): string[] {
  const lengths = Object.keys(wrongBx)
    .map(Number)
    .sort((a, b) => a - b);
  if (lengths.length === 0) return [];
  const list = lengths.map((bx) => `${bx} BX ${wrongBx[bx]}`);
  const shown = list.length > 8 ? [...list.slice(0, 7), `... ${list.at(-1)}`] : list;
  return [`Upsets by BX with wrong link words: ${shown.join(', ')}`];
}
