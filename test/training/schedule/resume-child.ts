// Run by resume.test.ts in a process of its own: trains, prints a line per epoch and a hash of the result.
import { sha256 } from '../../../src/base/index.js';
import { packWeights } from '../../../src/encoder/index.js';
import { trainEncoder } from '../../../src/training/index.js';
import { showers } from '../examples.js';

const [checkpointPath] = process.argv.slice(2);
const say = (line: string) => process.stdout.write(`${line}\n`);
const { model, history } = await trainEncoder({
  train: showers(600, 1),
  validation: showers(60, 2),
  settings: { epochs: 30, hidden: [64], batch: 64 },
  checkpointPath,
  progress: { start() {}, update: (done) => say(`epoch ${done}`), stop() {} },
});
const floats = model.decoder.layers.flatMap((layer) => [...layer.kernel, ...layer.bias]);
say(`result ${sha256(JSON.stringify([[...packWeights(model.encoder)], floats, history]))}`);
