import { type In, nJ } from '../base/index.js';
import { type Detector, hgcal, nsOf } from '../detector/index.js';
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
  /** Between two wafers that the design takes (initiation interval). */
  readonly waferInterval?: In<'BX'>;
  /** From the normalised image to the latents. */
  readonly encoderLatency?: In<'BX'>;
  /** From the input words to the output words. */
  readonly chipLatency?: In<'BX'>;
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
  const ns = (bx: In<'BX'> | undefined): In<'ns'> | undefined =>
    bx === undefined ? undefined : nsOf(bx, detector);
  const { encoder, chip, switching } = cost;
  const core = 'logic core; links and pads not included';
  const limited = [
    verdict('time between wafers', limits.waferInterval, 'ns', 'measured', ns(times.waferInterval)),
    verdict('encoder latency', limits.encoderLatency, 'ns', 'measured', ns(times.encoderLatency)),
    verdict('chip latency', limits.chipLatency, 'ns', 'measured', ns(times.chipLatency)),
    verdict('encoder area', limits.encoderArea, 'mm2', 'estimated', encoder.area),
    verdict('encoder energy per wafer', limits.encoderEnergy, 'nJ', 'estimated', nJ(encoder.energy.total)),
    verdict('encoder power', limits.encoderPower, 'mW', 'estimated', encoder.power),
    verdict('chip power', limits.chipPower, 'mW', 'estimated', chip.power, core),
  ].filter(({ limit }) => limit !== null);
  const planned = chip.planned ?? chip.flipFlops;
  const asPlanned = 'as planned in every block';
  const flipFlops: Verdict = {
    ...verdict('flip-flops after synthesis', planned, '', 'measured', chip.flipFlops, asPlanned),
    relation: '=',
    holds: cost.flipFlopsAsPlanned,
  };
  return [
    ...limited,
    ...(quality ? qualityVerdicts(quality, limits, detector) : []),
    flipFlops,
    ...(switching.length > 0 ? [gatesVerdict(switching)] : []),
  ];
}

/** @param unit of limit and value alike @param value undefined: nobody measured it */
function verdict<U extends string>(
  name: string,
  limit: In<NoInfer<U>> | null,
  unit: U,
  method: Verdict['method'],
  value: In<NoInfer<U>> | undefined,
  note?: string,
): Verdict {
  const given = { name, value: value ?? null, unit, relation: '<=', limit, method } as const;
  if (value === undefined) return { ...given, holds: null, note: 'not simulated' };
  return { ...given, holds: limit === null ? null : value <= limit, note };
}

function gatesVerdict(switching: ChipCost['switching']): Verdict {
  const sum = (of: 'mismatches' | 'compared'): number => switching.reduce((n, m) => n + m[of], 0);
  const note = `${sum('compared')} bits compared at gate level`;
  const name = 'encoder gates = integer reference';
  return { ...verdict(name, 0, 'differing bits', 'measured', sum('mismatches'), note), relation: '=' };
}

/** Shown without a limit, too: what a chip is for belongs beside what it costs. */
function qualityVerdicts(
  { wafers, meanEmd, bestChoice }: MeasuredQuality,
  { meanEmd: most, meanEmdOverBestChoice }: Limits,
  { description, distanceUnit }: Detector,
): Verdict[] {
  const unit = description ? `units of ${distanceUnit} cm` : 'half pitches';
  const how = `${wafers} held-out wafers through input codes and packets of the simulated Verilog (quality tables: without input codes)`;
  const own = verdict('mean EMD', most, unit, 'measured', meanEmd, how);
  if (!bestChoice) return [own];
  const ratio = meanEmd / bestChoice.meanEmd;
  const other = `${bestChoice.name}: ${Number(bestChoice.meanEmd.toPrecision(4))} with the same wafers and links, without input codes`;
  return [own, verdict('mean EMD / best choice', meanEmdOverBestChoice, '', 'measured', ratio, other)];
}

/** All limits that are set hold and none is unchecked. */
export function allHold(verdicts: readonly Verdict[]): boolean {
  return verdicts.every(({ limit, holds }) => limit === null || holds === true);
}
