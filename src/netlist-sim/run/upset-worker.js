// A thread that upsets a compiled design: lane 0 runs as recorded, lanes 1 to 3 carry one upset each until they are equal
// to it again. Plain JavaScript without imports, so that the same file starts under vitest (from src/) and from dist/.
import { parentPort, workerData } from 'node:worker_threads';

/** @typedef {import('./upset.js').UpsetPlan} Plan */
/**
 * @typedef {object} Upset that is being followed
 * @property {number} number in its group
 * @property {number} clock before which it happened
 * @property {number} age clocks since
 * @property {number} first
 * @property {number} last
 * @property {number} still clocks in which the differing bits stayed the same and the outputs were right
 * @property {number} print of the differing bits
 * @property {boolean} wrongNow an output is wrong in this clock
 * @property {Int32Array} wrong clocks per output
 */

const LANES = 4;
const FIELDS = 7;
/** @type {Plan} */
const plan = workerData;
const { WebAssembly: api } = /** @type {any} */ (globalThis);
const memory = new api.Memory({ initial: plan.pages });
const { instance } = await api.instantiate(plan.code, { env: { memory } });
const { run, settle } = instance.exports;
const bytes = new Uint8Array(memory.buffer);
const words = new Int32Array(memory.buffer);
const { address, mark, markBit, pending, tally, inputWords, outputs, ports, every, watch, rest } = plan;
const clocks = plan.rows.length / inputWords;
const initials = plan.initial.length / 2;
for (let i = 0; i < initials; i++) words[plan.initial[i]] = plan.initial[initials + i];

/** What the inputs carry in a clock, the same in all lanes but for a line that the design itself pulls. @param {number} clock */
function feed(clock) {
  let from = clock * inputWords;
  plan.inputs.forEach(
    ({ words: count, start, pieceWidth, address: at, mark: marks, markBit: bit }, input) => {
      for (let i = 0; i < start.length; i++) {
        const word = from + (start[i] >>> 5);
        const shift = start[i] & 31;
        let v = plan.rows[word] >>> shift;
        if (shift + pieceWidth[i] > 32) v |= plan.rows[word + 1] << (32 - shift);
        if (pieceWidth[i] < 32) v &= (1 << pieceWidth[i]) - 1;
        for (let lane = 0; lane < LANES; lane++) {
          const value = input === plan.lineInput && words[plan.linePull + lane] !== 0 ? 0 : v | 0;
          if (words[at[i] + lane] === value) continue;
          words[at[i] + lane] = value;
          words[marks[i]] |= bit[i];
        }
      }
      from += count;
    },
  );
}

/** What depends on the word is evaluated, and its register loads even if nothing before it changed. @param {number} w */
function disturbed(w) {
  words[mark[w]] |= markBit[w];
  if (pending[w] >= 0) words[pending[w]] = -1;
}

/** Gives a lane the state of lane 0. @param {number} lane */
function adopt(lane) {
  for (let w = 0; w < address.length; w++) {
    const at = address[w];
    if (words[at + lane] === words[at]) continue;
    words[at + lane] = words[at];
    disturbed(w);
  }
}

/** Per lane: differing words that are no tallies, the first of them, a print of them; and whether a tally differs. */
const left = new Int32Array(LANES);
const leftWord = new Int32Array(LANES);
const print = new Int32Array(LANES);
const tallied = new Int32Array(LANES);

function compare() {
  left.fill(0);
  leftWord.fill(-1);
  print.fill(0);
  tallied.fill(0);
  for (let w = 0; w < address.length; w++) {
    const at = address[w];
    const right = words[at];
    if (((words[at + 1] ^ right) | (words[at + 2] ^ right) | (words[at + 3] ^ right)) === 0) continue;
    for (let lane = 1; lane < LANES; lane++) {
      const difference = words[at + lane] ^ right;
      if (difference === 0) continue;
      if (tally[w] === 1) tallied[lane] = 1;
      else {
        if (left[lane]++ === 0) leftWord[lane] = w;
        print[lane] = Math.imul(print[lane] ^ w, 0x01000193) + difference;
      }
    }
  }
}

/** Notes which outputs of a lane are wrong. @param {Upset} upset @param {number} lane @returns whether one is */
function look(upset, lane) {
  let wrong = 0;
  for (const { port, address: at } of outputs)
    if (at >= 0 && words[at + lane] !== words[at]) wrong |= 1 << port;
  for (let port = 0; port < ports; port++) if ((wrong >>> port) & 1) upset.wrong[port]++;
  if (wrong === 0) return false;
  if (upset.first < 0) upset.first = upset.age;
  upset.last = upset.age;
  return true;
}

/** @param {{ checkpoint: number, flips: Int32Array, count: number }} group */
function follow({ checkpoint, flips, count }) {
  const result = new Int32Array(count * (FIELDS + ports));
  /** @type {(Upset | undefined)[]} */
  const lanes = new Array(LANES).fill(undefined);
  let clock = 0;
  /** @param {number} k */
  const restore = (k) => {
    bytes.set(plan.checkpoints[k]);
    clock = k * every;
  };
  restore(checkpoint);
  let live = 0;
  let begun = 0;
  let at = 0;
  while (begun < count || live > 0) {
    const room = clock + watch <= clocks;
    if (!room && live === 0) restore(0);
    for (let lane = 1; room && lane < LANES && begun < count; lane++) {
      if (lanes[lane] !== undefined) continue;
      for (let n = flips[at++]; n > 0; n--) {
        const w = flips[at++];
        words[address[w] + lane] ^= flips[at++];
        disturbed(w);
      }
      const wrong = new Int32Array(ports);
      lanes[lane] = {
        number: begun++,
        clock,
        age: 0,
        first: -1,
        last: -1,
        still: 0,
        print: 0,
        wrongNow: false,
        wrong,
      };
      live++;
    }
    feed(clock);
    settle();
    lanes.forEach((upset, lane) => {
      if (upset) upset.wrongNow = look(upset, lane);
    });
    run(1);
    clock++;
    compare();
    for (let lane = 1; lane < LANES; lane++) {
      const upset = lanes[lane];
      if (upset === undefined) continue;
      const wrong = upset.wrongNow;
      upset.age++;
      upset.still = wrong || upset.print !== print[lane] ? 0 : upset.still + 1;
      upset.print = print[lane];
      if (left[lane] > 0 && upset.age < watch && upset.still < rest) continue;
      const { number, clock: when, first, last, age } = upset;
      result.set(
        [when, first, last, left[lane], leftWord[lane], tallied[lane], age, ...upset.wrong],
        number * (FIELDS + ports),
      );
      if (left[lane] + tallied[lane] > 0) adopt(lane);
      lanes[lane] = undefined;
      live--;
    }
  }
  return result;
}

parentPort?.on('message', (group) => {
  const result = follow(group);
  parentPort?.postMessage({ index: group.index, result, unstable: words[plan.unstable] !== 0 }, [
    result.buffer,
  ]);
});
