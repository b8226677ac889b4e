export { builtInInPieces, builtInWafers } from './built-in.js';
export { type GeneratedWafers, generateInPieces, generateWafers } from './generate.js';
export { particleKinds } from './particles.js';
export {
  checkGeneratorSettings,
  defaultGenerator,
  type GeneratorSettings,
  type SignalKind,
  signalKinds,
  triggerLayers,
} from './settings.js';
export type { GeneratorTruth } from './truth.js';
