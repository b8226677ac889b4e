// A thread that runs stimuli on a compiled design, four at a time, each from the same saved state. Plain JavaScript
// without imports, so that the same file starts under vitest (from src/) and from dist/.
import { parentPort, workerData } from 'node:worker_threads';

/** @typedef {import('./batch.js').BatchPlan} Plan */
/** @typedef {import('./batch.js').BatchGroup} Group */

const LANES = 4;
/** @type {Plan} */
const plan = workerData;
const { WebAssembly: api } = /** @type {any} */ (globalThis);
const memory = new api.Memory({ initial: plan.pages });
const { instance } = await api.instantiate(plan.code, { env: { memory } });
const { run, settle } = instance.exports;
const bytes = new Uint8Array(memory.buffer);
const words = new Int32Array(memory.buffer);

/**
 * @param {Plan['inputs'][number]} input
 * @param {Uint32Array} value
 * @param {number} from
 * @param {number} lane
 */
function write({ start, pieceWidth, address, mark, markBit }, value, from, lane) {
  for (let i = 0; i < start.length; i++) {
    const at = from + (start[i] >>> 5);
    const shift = start[i] & 31;
    let v = value[at] >>> shift;
    if (shift + pieceWidth[i] > 32) v |= value[at + 1] << (32 - shift);
    if (pieceWidth[i] < 32) v &= (1 << pieceWidth[i]) - 1;
    if (words[address[i] + lane] === (v | 0)) continue;
    words[address[i] + lane] = v;
    words[mark[i]] |= markBit[i];
  }
}

/** @param {Group} group */
function simulate({ stimuli, upsets }) {
  bytes.set(plan.state);
  const cycles = stimuli.map((s) => s.length / plan.inputWords);
  const outputs = cycles.map((n) => new Uint32Array(n * plan.outputs.length));
  for (let t = 0; t < Math.max(...cycles); t++) {
    for (const { cycle, address, mask } of upsets) {
      if (cycle !== t) continue;
      words[address] ^= mask;
      words.fill(-1, plan.marks, plan.marks + plan.markWords);
    }
    stimuli.forEach((stimulus, lane) => {
      if (t >= cycles[lane]) return;
      let from = t * plan.inputWords;
      for (const input of plan.inputs) {
        write(input, stimulus, from, lane);
        from += input.words;
      }
    });
    run(1);
    settle();
    for (let lane = 0; lane < stimuli.length; lane++) {
      if (t >= cycles[lane]) continue;
      const at = t * plan.outputs.length;
      plan.outputs.forEach(({ address, constant }, k) => {
        outputs[lane][at + k] = address < 0 ? constant : words[address + lane];
      });
    }
  }
  return { outputs, unstable: words[plan.unstable] !== 0 };
}

parentPort?.on('message', (/** @type {Group} */ group) => {
  if (group.stimuli.length > LANES) throw new RangeError('more stimuli than lanes');
  const { outputs, unstable } = simulate(group);
  const buffers = outputs.map((o) => /** @type {ArrayBuffer} */ (o.buffer));
  parentPort?.postMessage({ index: group.index, result: outputs, unstable }, buffers);
});
