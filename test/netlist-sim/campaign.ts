/**
 * Many random designs against Icarus, and some batches of them against Verilator, too. Run it with
 * `node scripts/campaign.js simulation --help`.
 */
import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { findTool, isMissing, type Tool } from '../../src/eda/index.js';
import {
  type Comparison,
  compare,
  type Difference,
  netlistOf,
  runIcarus,
  runVerilator,
  type Traces,
} from './judges.js';
import { type RandomDesign, randomDesign } from './random-design.js';

const { values: options } = parseArgs({
  options: {
    designs: { type: 'string', default: '10000' },
    seed: { type: 'string', default: '1' },
    cycles: { type: 'string', default: '40' },
    batch: { type: 'string', default: '40' },
    verilator: { type: 'string', default: '0' },
    out: { type: 'string', default: 'simulator-campaign' },
    help: { type: 'boolean', default: false },
  },
});

const run = { Icarus: runIcarus, Verilator: runVerilator };

interface BatchRecord {
  readonly first: number;
  readonly designs: number;
  readonly values: number;
  readonly unknown: number;
  readonly unknownIn: readonly string[];
  readonly judges: readonly string[];
  readonly differences: readonly string[];
  /** Differences from a judge that another judge contradicts. */
  readonly outvoted: readonly string[];
  readonly seconds: number;
}

if (options.help) {
  console.log(`Random designs on our simulator, Icarus and Verilator: every output in every cycle.
  --designs N     how many (10000)        --seed N      number of the first one (1)
  --cycles N      cycles of each (40)     --batch N     designs per run of Yosys and Icarus (40)
  --verilator K   every Kth batch in Verilator, too (0: never)
  --out FOLDER    results, a line per batch; batches found there are not run again (simulator-campaign)
Exit code 1 when something differs. Designs that differ are written to FOLDER/dN.v.`);
} else process.exitCode = await campaign();

async function campaign(): Promise<number> {
  const [count, seed, cycles, size, every] = [
    options.designs,
    options.seed,
    options.cycles,
    options.batch,
    options.verilator,
  ].map(Number);
  mkdirSync(options.out, { recursive: true });
  const log = join(options.out, `batches-${cycles}.jsonl`);
  const done = new Map<number, BatchRecord>();
  if (existsSync(log)) {
    for (const line of readFileSync(log, 'utf8').split('\n').filter(Boolean)) {
      const record = JSON.parse(line) as BatchRecord;
      done.set(record.first, record);
    }
  }
  const icarus = await findTool('iverilog');
  const verilator = every > 0 ? await findTool('verilator') : undefined;
  if (isMissing(icarus)) console.log(`skipped: ${icarus.reason}`);
  if (verilator !== undefined && isMissing(verilator)) console.log(`skipped: ${verilator.reason}`);

  const begun = performance.now();
  const records: BatchRecord[] = [];
  let fresh = 0;
  for (let first = seed, k = 0; first < seed + count; first += size, k++) {
    const designs = Math.min(size, seed + count - first);
    const known = done.get(first);
    if (known !== undefined && known.designs === designs) {
      records.push(known);
      continue;
    }
    const t0 = performance.now();
    const batch = Array.from({ length: designs }, (_, i) => randomDesign(first + i, `d${first + i}`));
    const native = {
      Icarus: icarus,
      ...(verilator !== undefined && k % every === 0 ? { Verilator: verilator } : {}),
    };
    const judges = Object.entries(native).flatMap(([name, tool]) => (isMissing(tool) ? [] : { name, tool }));
    const { differences, ...numbers } = await runBatch(batch, cycles, judges);
    const record: BatchRecord = {
      first,
      designs,
      ...numbers,
      judges: judges.map(({ name }) => name),
      differences: differences.filter((d) => !d.outvoted).map(line),
      outvoted: differences.filter((d) => d.outvoted).map(line),
      seconds: (performance.now() - t0) / 1000,
    };
    for (const d of differences) {
      writeFileSync(join(options.out, `${d.design.name}.v`), `// ${d.text}\n${d.design.verilog}`);
      console.log(`  ${d.outvoted ? 'outvoted' : 'DIFFERS '} ${line(d)}`);
    }
    appendFileSync(log, `${JSON.stringify(record)}\n`);
    records.push(record);
    fresh += designs;
    const rate = fresh / ((performance.now() - begun) / 1000);
    const left = (seed + count - first - designs) / rate;
    console.log(
      `${first + designs - seed}/${count} designs, ${rate.toFixed(1)}/s, ${Math.round(left / 60)} min left`,
    );
  }
  return summary(records);
}

interface Judge {
  readonly name: string;
  readonly tool: Tool;
}

/** When a tool breaks down on a batch, its halves are tried, down to the design that does it. */
async function runBatch(
  batch: readonly RandomDesign[],
  cycles: number,
  judges: readonly Judge[],
): Promise<Comparison> {
  try {
    const netlist = await netlistOf(batch, false);
    const traces: Record<string, Traces> = {};
    for (const { name, tool } of judges)
      traces[name] = await run[name as keyof typeof run](tool, batch, cycles);
    return await compare(netlist, batch, cycles, traces);
  } catch (error) {
    if (batch.length === 1) {
      const text = String(error).slice(0, 400);
      return {
        values: 0,
        unknown: 0,
        unknownIn: [],
        differences: [{ design: batch[0], judge: 'tool', text }],
      };
    }
    const half = batch.length >> 1;
    const a = await runBatch(batch.slice(0, half), cycles, judges);
    const b = await runBatch(batch.slice(half), cycles, judges);
    return {
      values: a.values + b.values,
      unknown: a.unknown + b.unknown,
      unknownIn: [...a.unknownIn, ...b.unknownIn],
      differences: [...a.differences, ...b.differences],
    };
  }
}

function line({ design, judge, text }: Difference): string {
  return `${design.name} ${judge}: ${text}`;
}

function summary(records: readonly BatchRecord[]): number {
  const sum = (f: (r: BatchRecord) => number) => records.reduce((n, r) => n + f(r), 0);
  const by = (judge: string) => sum((r) => (r.judges.includes(judge) ? r.designs : 0));
  const differences = records.flatMap((r) => r.differences);
  const outvoted = records.flatMap((r) => r.outvoted);
  const unknownIn = records.flatMap((r) => r.unknownIn);
  console.log(
    [
      `designs       ${sum((r) => r.designs)} (Icarus ${by('Icarus')}, Verilator ${by('Verilator')})`,
      `values        ${sum((r) => r.values)} compared, of which ${sum((r) => r.unknown)} x in the judge${unknownIn.length > 0 ? `: ${unknownIn.slice(0, 20).join(', ')}` : ''}`,
      `differences   ${differences.length} designs`,
      ...differences.slice(0, 20).map((text) => `  ${text}`),
      `outvoted      ${outvoted.length} designs on which one judge differs from the other and from us`,
      ...outvoted.slice(0, 10).map((text) => `  ${text.slice(0, 120)}`),
      `time          ${Math.round(sum((r) => r.seconds))} s`,
    ].join('\n'),
  );
  return differences.length > 0 ? 1 : 0;
}
