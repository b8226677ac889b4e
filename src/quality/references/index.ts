import { stcTypes } from '../../blocks/index.js';
import type { Reference } from './reference.js';
import {
  bestChoiceReference,
  repeaterReference,
  STANDARD_THRESHOLD,
  thresholdSumReference,
} from './selection.js';
import { superTriggerCellReference } from './super-trigger-cell.js';

export * from './chip-packets.js';
export * from './cmssw-autoencoder.js';
export * from './reference.js';
export * from './selection.js';
export * from './super-trigger-cell.js';

/** The algorithms of the chip besides the autoencoder, in the order of tables. */
export function chipReferences(): Reference[] {
  return [
    bestChoiceReference('spread'),
    bestChoiceReference('dropped'),
    ...stcTypes.map((_, type) => superTriggerCellReference(type)),
    thresholdSumReference('budget', 'spread'),
    thresholdSumReference(STANDARD_THRESHOLD, 'spread'),
    thresholdSumReference(STANDARD_THRESHOLD, 'dropped'),
    repeaterReference(),
  ];
}
