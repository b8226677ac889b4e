export * from './campaign.js';
export * from './classes.js';
export {
  type RecordedScene,
  type UpsetJob,
  type UpsetScene,
  upsetOutputs,
  upsetScene,
  upsetScenes,
} from './scene.js';
