import { bxNs, type Detector, hgcal } from '../detector/index.js';
import type { ChipCost } from './cost.js';
import type { Limits } from './limits.js';

/** One limit and what the design does about it. */
export interface Verdict {
  readonly name: string;
  /** null: not known. */
  readonly value: number | null;
  readonly unit: string;
  readonly relation: '<=' | '=';
  /** null: there is none, the value is for information. */
  readonly limit: number | null;
  /** measured: simulated or counted. estimated: computed by a model of the process. */
  readonly method: 'measured' | 'estimated';
  /** null: not limited, or could not be checked; `note` says why. */
  readonly holds: boolean | null;
  readonly note?: string;
}

/** What simulation measured. A missing value gives a verdict that says so. */
export interface MeasuredTimes {
  /** BX between two wafers that the design takes (initiation interval). */
  readonly waferInterval?: number;
  /** BX from the normalised image to the latents. */
  readonly encoderLatency?: number;
  /** BX from the input words to the output words. */
  readonly chipLatency?: number;
}

/** How wafers that no training saw come through the simulated chip. */
export interface MeasuredQuality {
  readonly wafers: number;
  /** Half trigger-cell pitches; an empty reconstruction counts as an even spread. */
  readonly meanEmd: number;
  /** Best choice of the same wafers on as many links, with the better use of the remainder; of HGCAL only. */
  readonly bestChoice?: { readonly name: string; readonly meanEmd: number };
}

/**
 * Every limit that is set, with its verdict, and the count of flip-flops against the plan.
 * @param detector what the chip is for: its clock and its unit of distance; HGCAL where left out
 * @param quality left out where there are no held-out wafers: then it is not judged
 */
export function judge(
  cost: ChipCost,
  times: MeasuredTimes,
  limits: Limits,
  quality?: MeasuredQuality,
  detector: Detector = hgcal(),
): Verdict[] {
  const list: Verdict[] = [];
  const add = (
    name: string,
    limit: number | null,
    unit: string,
    method: Verdict['method'],
    value: number | undefined,
    note?: string,
  ): void => {
    if (limit === null) return;
    if (value === undefined) {
      const reason = 'not simulated';
      list.push({ name, value: null, unit, relation: '<=', limit, method, holds: null, note: reason });
    } else list.push({ name, value, unit, relation: '<=', limit, method, holds: value <= limit, note });
  };
  const ns = (bx: number | undefined): number | undefined =>
    bx === undefined ? undefined : bx * bxNs(detector);
  const { encoder, chip } = cost;
  add('time between wafers', limits.waferInterval, 'ns', 'measured', ns(times.waferInterval));
  add('encoder latency', limits.encoderLatency, 'ns', 'measured', ns(times.encoderLatency));
  add('chip latency', limits.chipLatency, 'ns', 'measured', ns(times.chipLatency));
  add('encoder area', limits.encoderArea, 'mm2', 'estimated', encoder.area);
  add('encoder energy per wafer', limits.encoderEnergy, 'nJ', 'estimated', encoder.energy.total / 1000);
  add('encoder power', limits.encoderPower, 'mW', 'estimated', encoder.power);
  add(
    'chip power',
    limits.chipPower,
    'mW',
    'estimated',
    chip.power,
    'logic core; links and pads not included',
  );
  if (quality) list.push(...qualityVerdicts(quality, limits, detector));
  list.push({
    name: 'flip-flops after synthesis',
    value: chip.flipFlops,
    unit: '',
    relation: '=',
    limit: chip.planned ?? chip.flipFlops,
    method: 'measured',
    holds: cost.flipFlopsAsPlanned,
    note: 'as planned in every block',
  });
  if (cost.switching.length > 0) {
    const mismatches = cost.switching.reduce((sum, m) => sum + m.mismatches, 0);
    const compared = cost.switching.reduce((sum, m) => sum + m.compared, 0);
    list.push({
      name: 'encoder gates = integer reference',
      value: mismatches,
      unit: 'differing bits',
      relation: '=',
      limit: 0,
      method: 'measured',
      holds: mismatches === 0,
      note: `${compared} bits compared at gate level`,
    });
  }
  return list;
}

/** Shown without a limit, too: what a chip is for belongs beside what it costs. */
function qualityVerdicts(
  { wafers, meanEmd, bestChoice }: MeasuredQuality,
  limits: Limits,
  { description, distanceUnit }: Detector,
): Verdict[] {
  const verdict = (
    name: string,
    value: number,
    unit: string,
    limit: number | null,
    note: string,
  ): Verdict => ({
    name,
    value,
    unit,
    relation: '<=',
    limit,
    method: 'measured',
    holds: limit === null ? null : value <= limit,
    note,
  });
  return [
    verdict(
      'mean EMD',
      meanEmd,
      description ? `units of ${distanceUnit} cm` : 'half pitches',
      limits.meanEmd,
      `${wafers} held-out wafers through input codes and packets of the simulated Verilog (quality tables: without input codes)`,
    ),
    ...(bestChoice
      ? [
          verdict(
            'mean EMD / best choice',
            meanEmd / bestChoice.meanEmd,
            '',
            limits.meanEmdOverBestChoice,
            `${bestChoice.name}: ${Number(bestChoice.meanEmd.toPrecision(4))} with the same wafers and links, without input codes`,
          ),
        ]
      : []),
  ];
}

/** All limits that are set hold and none is unchecked. */
export function allHold(verdicts: readonly Verdict[]): boolean {
  return verdicts.every(({ limit, holds }) => limit === null || holds === true);
}
