import { readJson } from '../../base/index.js';
import { loadModel, type Model } from '../../model/index.js';
import { RunFolder } from '../run/run-folder.js';
import {
  LIBRARY,
  type Library,
  renderWeightDifference,
  type WeightDifference,
  weightDifference,
} from './library.js';

export { readModulesConfig } from './config.js';
export { renderLibrary } from './library.js';
export * from './train.js';

/** The library in a run folder of `econ modules train`. */
export function libraryOf(folder: string): Library {
  const path = RunFolder.read(folder).file(LIBRARY);
  return readJson(path, 'Train the modules first: econ modules train.') as Library;
}

/** Compares two weight sets: classes of the library, `start-N` (the shared one of N links), or folders of models. */
export function diffClasses(
  folder: string,
  a: string,
  b: string,
): { readonly difference: WeightDifference; readonly text: string } {
  const model = (name: string): Model => {
    if (name.includes('/')) return loadModel(name);
    return loadModel(RunFolder.read(folder).file(name.startsWith('start-') ? name : `library/${name}`));
  };
  const [left, right] = [model(a), model(b)];
  const difference = weightDifference(left, right);
  return { difference, text: renderWeightDifference(difference, left) };
}
