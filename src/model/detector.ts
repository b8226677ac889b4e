import { isDeepStrictEqual } from 'node:util';
import { EconError } from '../base/index.js';
import type { WaferBatch } from '../dataset/index.js';
import { type Detector, detectorOf } from '../detector/index.js';
import type { Model } from './model.js';

/** What the wafers of a model are of, as reading takes it: left out for HGCAL. */
export function detectorOfModel({ detector }: Pick<Model, 'detector'>): { readonly detector?: Detector } {
  return detector ? { detector: detectorOf(detector) } : {};
}

/** @throws EconError model/other-detector when wafers are not of the detector that the model was trained for */
export function checkDetector(
  model: Pick<Model, 'detector'>,
  { detector }: Pick<WaferBatch, 'detector'>,
): void {
  if (isDeepStrictEqual(model.detector, detector?.description)) return;
  const [wants, given] = [model.detector, detector?.description].map((d) => detectorOf(d).name);
  throw new EconError({
    code: 'model/other-detector',
    where: `wafers of ${given}`,
    what: `the model was trained for ${wants}${wants === given ? ', described otherwise' : ''}.`,
    remedy: `Give wafers of ${wants}; the model says which detector it is for, see docs/detectors.md.`,
  });
}
