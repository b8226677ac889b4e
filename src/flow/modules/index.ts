import { loadModel } from '../../model/index.js';
import { RunFolder } from '../run/run-folder.js';
import {
  classModel,
  type Library,
  readLibrary,
  renderWeightDifference,
  type WeightDifference,
  weightDifference,
} from './library.js';

export { readModulesConfig } from './config.js';
export { renderLibrary } from './library.js';
export * from './train.js';

/** The library in a run folder of `econ modules train`. */
export function libraryOf(folder: string): Library {
  return readLibrary(RunFolder.read(folder));
}

/** Compares two weight sets: classes of the library, `start-N`, or folders of models. */
export function diffClasses(
  folder: string,
  a: string,
  b: string,
): { readonly difference: WeightDifference; readonly text: string } {
  const model = (name: string) =>
    name.includes('/') ? loadModel(name) : classModel(RunFolder.read(folder), name);
  const [left, right] = [model(a), model(b)];
  const difference = weightDifference(left, right);
  return { difference, text: renderWeightDifference(difference, left) };
}
