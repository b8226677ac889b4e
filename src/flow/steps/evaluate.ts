import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { inTurns } from '../../base/index.js';
import type { WaferBatch } from '../../dataset/index.js';
import { cellsOf } from '../../detector/index.js';
import { reconstruct } from '../../model/index.js';
import {
  type Comparison,
  chipReferences,
  compareInPieces,
  emdOfRows,
  loadReferenceModels,
  modelCandidate,
  type Reference,
} from '../../quality/index.js';
import type { FlowContext } from '../run/context.js';
import type { StepState } from '../run/run-folder.js';
import { dataHash, readSplit } from './data.js';
import { fewerLinks, modelHash, runModel } from './train.js';

export const QUALITY = 'quality.json';

/** What quality.json holds. */
export interface QualityRecord {
  readonly comparison: Comparison;
  /** Name of the run's own model in the comparison. */
  readonly ours: string;
  /** EMD of each held-out wafer at the run's own number of links; null where it is not defined. */
  readonly emds: readonly { readonly name: string; readonly emd: readonly (number | null)[] }[];
  /** Held-out wafers before and after, by rising EMD. */
  readonly examples: readonly {
    readonly name: string;
    readonly charges: readonly number[];
    readonly reconstruction: readonly number[];
    readonly emd: number;
  }[];
}

/**
 * Where the CMSSW float autoencoders may be found beside a data set: `models/` next to the folder of the file.
 * They are not part of econ.
 */
export function referenceModelFolder(data: string | undefined): string | undefined {
  const folder = data === undefined ? undefined : join(dirname(data), '..', 'models');
  return folder !== undefined && existsSync(folder) ? folder : undefined;
}

/** Quality on the held-out wafers: integer encoder, real packets, beside the chip's other algorithms. */
export async function evaluateStep(
  context: FlowContext,
  referenceModels: string | undefined,
): Promise<StepState> {
  const { run, settings, progress, signal, note } = context;
  const loaded =
    referenceModels === undefined
      ? { models: [], reason: 'none given (--reference-models)' }
      : loadReferenceModels(referenceModels);
  if (loaded.reason) note(`skipped: CMSSW float autoencoder: ${loaded.reason}`);
  const inputs = {
    model: modelHash(context),
    data: dataHash(context),
    etx: settings.compareEtx,
    references: loaded.models.map((model) => model.name),
  };
  return run.step('evaluate', inputs, async () => {
    const { test } = await readSplit(context);
    const ours = modelForLinks(context);
    const candidates = [ours, ...loaded.models, ...chipReferences(test)];
    const comparison = await inTurns(
      compareInPieces(candidates, test, settings.compareEtx, progress),
      signal,
    );
    const record: QualityRecord = {
      comparison,
      ours: ours.name,
      emds: candidates
        .filter((candidate) => candidate.fits(settings.etx))
        .map((candidate) => emdPerWafer(candidate, test, settings.etx)),
      examples: exampleWafers(context, test),
    };
    return [run.writeRecord(QUALITY, record)];
  });
}

export function qualityRecord({ run }: FlowContext): QualityRecord {
  return run.outputRecord<QualityRecord>(QUALITY)!;
}

/** The run's encoder, each number of links with the decoder that was trained for it. */
function modelForLinks(context: FlowContext): Reference {
  const own = context.settings.etx;
  const fewer = fewerLinks(context);
  const name = `this model (trained for ${own} eTx)`;
  return {
    name,
    fits: () => true,
    reconstruct: (batch, etx) => {
      const model = runModel(context, fewer.includes(etx) ? etx : own);
      const { charges, note } = modelCandidate(model, name).reconstruct(batch, etx);
      return { charges, note: etx < own && fewer.includes(etx) ? `${note}, decoder refitted` : note };
    },
  };
}

function emdPerWafer(candidate: Reference, test: WaferBatch, etx: number): QualityRecord['emds'][number] {
  const emd = emdOfRows(test.charges, candidate.reconstruct(test, etx).charges, test.count, test);
  return { name: candidate.name, emd: Array.from(emd, (value) => (Number.isNaN(value) ? null : value)) };
}

/** Wafers at these percentiles of the EMD: the good, the usual and the bad ones alike. */
const EXAMPLES = [5, 35, 65, 95] as const;

function exampleWafers(context: FlowContext, test: WaferBatch): QualityRecord['examples'] {
  const cells = cellsOf(test);
  const fractions = reconstruct(runModel(context), test);
  const emd = emdOfRows(test.charges, fractions, test.count, test);
  const order = Array.from(emd, (_, row) => row)
    .filter((row) => !Number.isNaN(emd[row]))
    .sort((a, b) => emd[a] - emd[b] || a - b);
  return EXAMPLES.map((percent) => {
    const row = order[Math.round((percent / 100) * (order.length - 1))];
    return {
      name: `${percent}th percentile of the EMD`,
      charges: Array.from(test.charges.subarray(row * cells, (row + 1) * cells)),
      reconstruction: Array.from(fractions.subarray(row * cells, (row + 1) * cells)),
      emd: emd[row],
    };
  });
}
