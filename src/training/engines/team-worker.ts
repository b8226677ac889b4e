import { parentPort, workerData } from 'node:worker_threads';
import { EconError, reloadModules } from '../../base/index.js';
import { imageCells } from '../../encoder/index.js';
import { engines } from './engines.js';
import { control, lossesOf, shardStep, type TeamJob } from './team.js';

// The helper of a Team: waits for a shard, computes loss and gradient, says so. It ends when its parent ends it.
const job = workerData as TeamJob;
const { engine, network, frozenEncoder, terms, modules, memory } = job;

/** Of this thread's code, which is compiled also where the parent's is not. */
const library = new URL('../../index.js', import.meta.url).href;

async function prepare() {
  await reloadModules(modules.map((module) => ({ ...module, library })));
  return {
    losses: lossesOf(job),
    session: await engines.get(engine, '--engine').open(network, { frozenEncoder }),
  };
}

const { losses, session } = await prepare().catch((error: unknown) => {
  // An error loses its class on the way to another thread.
  if (error instanceof EconError) parentPort?.postMessage({ ...error });
  throw error;
});
const words = memory.control;
const cells = imageCells(network.shape);
parentPort?.postMessage('ready');

for (let done = 0; ; ) {
  Atomics.wait(words, control.asked, done);
  const asked = Atomics.load(words, control.asked);
  if (asked === done) continue;
  try {
    session.parameters.set(memory.parameters);
    const loss = losses[Atomics.load(words, control.loss)];
    const count = Atomics.load(words, control.wafers);
    memory.numbers[0] = shardStep(session, cells, memory, count, loss, memory.numbers[1], terms.klWeight);
    memory.gradient.set(session.gradient);
  } catch {
    Atomics.store(words, control.failed, 1);
  }
  done = asked;
  Atomics.store(words, control.finished, done);
  Atomics.notify(words, control.finished);
}
