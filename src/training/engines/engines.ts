import { Registry } from '../../base/index.js';
import type { TrainingEngine } from './engine.js';
import { jsEngine } from './js.js';
import { tfjsEngine } from './tfjs.js';
import { wasmEngine } from './wasm.js';

/** All engines; each gives the same loss and gradients to float32 accuracy, and the same latents exactly. */
export const engines = new Registry<TrainingEngine>('engine', ({ open }) =>
  typeof open === 'function' ? undefined : 'it has no function open.',
);
for (const engine of [wasmEngine, jsEngine, tfjsEngine]) engines.add(engine.name, engine);
