import {
  algorithms,
  autoencoderAlgorithm,
  bestChoiceAlgorithm,
  repeaterAlgorithm,
  superTriggerCellAlgorithm,
  thresholdSumAlgorithm,
} from '../../blocks/index.js';

/** The algorithms of ECON-T, in the order of register alg_type. Another one is its folder in blocks/ and a line here. */
const list = [
  thresholdSumAlgorithm,
  superTriggerCellAlgorithm,
  bestChoiceAlgorithm,
  repeaterAlgorithm,
  autoencoderAlgorithm,
];

for (const algorithm of list) algorithms.add(algorithm.name, algorithm);

/** Their names. */
export const ALGORITHMS: readonly string[] = list.map(({ name }) => name);
