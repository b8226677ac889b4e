import type { EngineName, TrainingEngine } from './engine.js';
import { jsEngine } from './js.js';
import { tfjsEngine } from './tfjs.js';
import { wasmEngine } from './wasm.js';

/** All engines; each gives the same loss and gradients to float32 accuracy, and the same latents exactly. */
export const engines: Readonly<Record<EngineName, TrainingEngine>> = {
  wasm: wasmEngine,
  js: jsEngine,
  tfjs: tfjsEngine,
};
