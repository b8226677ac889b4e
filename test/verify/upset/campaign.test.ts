import { beforeAll, describe, expect, test } from 'vitest';
import { describeChip } from '../../../src/chips/index.js';
import { encoderShape } from '../../../src/encoder/index.js';
import type { Simulator } from '../../../src/netlist-sim/index.js';
import {
  configure,
  drawGroup,
  judgeGroup,
  loadChip,
  type RecordedScene,
  upsetOutputs,
  upsetScene,
} from '../../../src/verify/index.js';
import { optionShapes } from '../../chips/shapes.js';
import { randomJob } from '../chip-job.js';

const shape = encoderShape(optionShapes['4x4x3 image, stride 1']);
const description = describeChip({ tmr: 'weights', shape });
const job = { description, ...randomJob(7, 64, shape) };
/** Nothing before a register changes here, and what an upset took from it must come back all the same. */
const standing = { description, ...randomJob(7, 1, shape) };
const LIMITS = { watch: 96, rest: 24 };
const UPSETS = 60;

/** The chip by itself, one stimulus, everything evaluated after each upset: what the recording makes of it. */
class Alone {
  private readonly names: readonly string[];
  private readonly start;

  constructor(
    private readonly chip: Simulator,
    private readonly rows: Uint32Array,
    of: typeof job,
  ) {
    configure(chip, of);
    this.start = chip.snapshot();
    this.names = chip.registers().map(({ name }) => name);
  }

  /** @returns outputs from clock `from` on, and the state before clock `end` */
  play(
    from: number,
    end: number,
    upset?: readonly [string, number],
  ): { outputs: string[][]; state: string[] } {
    const { chip, rows, names } = this;
    chip.restore(this.start);
    const outputs: string[][] = [];
    for (let clock = 0; clock < end; clock++) {
      const at = 14 * clock;
      if (clock === from && upset) chip.flip(...upset);
      chip.set('link_i', rows.subarray(at, at + 12));
      chip.set('scl_i', rows[at + 12]);
      chip.set('sda_i', rows[at + 13] & (1 - chip.get('sda_oe_o')));
      if (clock >= from) outputs.push(upsetOutputs.map((name) => chip.getWords(name).join()));
      chip.step();
    }
    return { outputs, state: names.map((name) => chip.peekWords(name).join()) };
  }

  /** Registers that differ, tallies apart, and whether one of those does. */
  differing(a: string[], b: string[]): { left: string[]; tallied: boolean } {
    const names = this.names.filter((_, i) => a[i] !== b[i]);
    const tally = (name: string) => /^u_registers\.u_\w+_count\./.test(name);
    return { left: names.filter((name) => !tally(name)), tallied: names.some(tally) };
  }
}

describe.each([
  { what: 'wafers', of: job, kind: 'stream' },
  { what: 'one wafer again and again', of: standing, kind: 'stream' },
  { what: 'wafers and the bus in use', of: job, kind: 'bus' },
] as const)('$what', ({ of, kind }) => {
  let scene: RecordedScene;
  beforeAll(async () => {
    scene = await upsetScene(of, kind, LIMITS);
  }, 120_000);

  test(`${UPSETS} upsets, three at a time beside the right run, are those of the chip by itself`, async () => {
    const { run, recording } = scene;
    const group = drawGroup(run, { count: UPSETS, seed: 3 }, 0);
    const [outcomes] = await run.run([group], { threads: 1 });
    const judged = judgeGroup(run, group, outcomes, recording.tally);
    const alone = new Alone(await loadChip(description, undefined, { keepAll: true }), recording.rows, of);
    const classes = new Set<string>();
    for (const { register, bit, kind: is, outcome } of judged) {
      classes.add(is);
      const { clock, followed } = outcome;
      const right = alone.play(clock, clock + followed);
      const wrong = alone.play(clock, clock + followed, [register, bit]);
      const differs = upsetOutputs.map((_, port) =>
        right.outputs.flatMap((o, t) => (o[port] === wrong.outputs[t][port] ? [] : [t])),
      );
      const all = differs.flat().sort((a, b) => a - b);
      const { left, tallied } = alone.differing(right.state, wrong.state);
      expect(
        {
          wrong: outcome.wrong,
          first: outcome.first,
          last: outcome.last,
          tallied: outcome.tallied,
          left: outcome.left > 0 ? run.words[outcome.leftWord].name : '',
        },
        `${register}[${bit}] at ${clock}`,
      ).toEqual({
        wrong: differs.map((list) => list.length),
        first: all[0] ?? -1,
        last: all.at(-1) ?? -1,
        tallied,
        left: outcome.left > 0 ? (left.find((name) => name === run.words[outcome.leftWord].name) ?? '-') : '',
      });
      expect(left.length > 0).toBe(outcome.left > 0);
    }
    expect(classes.size).toBeGreaterThanOrEqual(3);
  }, 120_000);

  test('the same outcomes for one thread and two, and for two neighbours at once', async () => {
    const { run } = scene;
    const groups = [0, 1].map((g) => drawGroup(run, { count: 5200, seed: 4, together: 2 }, g));
    const short = groups.map((g) => ({ ...g, upsets: g.upsets.slice(0, 200) }));
    const [one, two] = [await run.run(short, { threads: 1 }), await run.run(short, { threads: 2 })];
    expect(one).toEqual(two);
    expect(groups[0].upsets.some((upset) => upset.length === 2)).toBe(true);
  }, 120_000);
});

test('no name, no upset: the blocks that there are stand in the error', async () => {
  const { run } = await upsetScene(job, 'stream', LIMITS);
  expect(() => drawGroup(run, { count: 1, seed: 1, where: 'u_formater' }, 0)).toThrow(/u_formatter/);
  const { upsets } = drawGroup(run, { count: 300, seed: 1, where: 'u_formatter' }, 0);
  expect(upsets.every(([n]) => run.words[run.places[2 * n]].name.startsWith('u_formatter.'))).toBe(true);
}, 120_000);
