import { checkWritable, writeFileAtomic } from '../base/index.js';
import { collectWafers, type DataOptions } from '../dataset/index.js';
import { anomalyScores, latentStatistics, loadModel } from '../model/index.js';
import { rocArea, signalAt } from '../quality/index.js';
import { splitFile } from './steps/data.js';

export interface AnomalyTask {
  /** Folder of the model. */
  readonly model: string;
  /** Wafers that are usual: most of them tell what that is, the held-out ones are scored. */
  readonly usual: string;
  /** Wafers to score. */
  readonly data: string;
  readonly seed: number;
  /** How to read both files. */
  readonly reading?: DataOptions;
  /** CSV of the scores, one per wafer of `data`. */
  readonly out?: string;
}

export interface AnomalyResult {
  readonly usual: number;
  readonly wafers: number;
  readonly medianUsual: number;
  readonly median: number;
  /** Probability that one of the wafers scores higher than a usual one. */
  readonly rocArea: number;
  /** Share of the wafers above the score that one in a hundred usual ones exceeds. */
  readonly atOnePercent: number;
}

/**
 * Scores wafers by how far their latents, as the link carries them, are from those of usual wafers.
 * @throws EconError flow/few-wafers, and as reading does
 */
export async function scoreAnomalies(task: AnomalyTask): Promise<AnomalyResult> {
  const { usual, data, seed, reading, out } = task;
  if (out !== undefined) checkWritable(out);
  const model = loadModel(task.model);
  const { train, test } = await splitFile(usual, seed, reading);
  const { batch } = await collectWafers(data, reading);
  const statistics = latentStatistics(model, train);
  const background = anomalyScores(model, statistics, test);
  const scores = anomalyScores(model, statistics, batch);
  if (out !== undefined) writeFileAtomic(out, `score\n${[...scores].map((s) => s.toFixed(4)).join('\n')}\n`);
  const median = (of: Float64Array): number => of.slice().sort()[of.length >> 1];
  return {
    usual: background.length,
    wafers: scores.length,
    medianUsual: median(background),
    median: median(scores),
    rocArea: rocArea(background, scores),
    atOnePercent: signalAt(background, scores, 0.01),
  };
}

export function renderAnomalies(r: AnomalyResult): string {
  return [
    `Median score: ${r.medianUsual.toFixed(2)} of ${r.usual} usual wafers, ${r.median.toFixed(2)} of ${r.wafers} to score.`,
    `ROC area ${r.rocArea.toFixed(3)}; ${(100 * r.atOnePercent).toFixed(1)} % of them are above what 1 % of the usual ones exceed.`,
  ].join('\n');
}
