import { parentPort, workerData } from 'node:worker_threads';
import { lossNames, type WaferLoss, waferLoss, withSum } from '../objectives/losses.js';
import { engines } from './engines.js';
import { control, shardStep, type TeamJob } from './team.js';

// The helper of a Team: waits for a shard, computes loss and gradient, says so. It ends when its parent ends it.
const { engine, network, frozenEncoder, terms, memory } = workerData as TeamJob;
const session = await engines[engine].open(network, { frozenEncoder });
const losses: WaferLoss[] = lossNames.map((name) => withSum(waferLoss(name), terms.sumWeight));
const words = memory.control;
parentPort?.postMessage('ready');

for (let done = 0; ; ) {
  Atomics.wait(words, control.asked, done);
  const asked = Atomics.load(words, control.asked);
  if (asked === done) continue;
  try {
    session.parameters.set(memory.parameters);
    const loss = losses[Atomics.load(words, control.loss)];
    const count = Atomics.load(words, control.wafers);
    memory.numbers[0] = shardStep(session, memory, count, loss, memory.numbers[1], terms.klWeight);
    memory.gradient.set(session.gradient);
  } catch {
    Atomics.store(words, control.failed, 1);
  }
  done = asked;
  Atomics.store(words, control.finished, done);
  Atomics.notify(words, control.finished);
}
