import type { RunSummary, SectionName } from './summary.js';

export const TITLES: Readonly<Record<SectionName, string>> = {
  training: 'Training',
  quality: 'Reconstruction quality',
  wafers: 'Wafers before and after',
  dataset: 'Data set',
  chip: 'Chip and latency',
  simulation: 'Simulation',
  cost: 'Cost',
  registers: 'Registers',
  artefacts: 'Artefacts',
};

/** Why a section is empty: the step that should have filled it. */
export function missingReason(summary: RunSummary, section: SectionName): string {
  const step = summary.provenance?.steps?.find((s) => s.provides?.includes(section));
  if (!step) return 'Not part of this run.';
  const states = {
    done: `Step ${step.name} left no data for it`,
    failed: `Step ${step.name} failed`,
    skipped: `Step ${step.name} was skipped`,
    'not run': `Step ${step.name} has not run`,
  };
  return states[step.state] + (step.note ? `: ${step.note}` : '.');
}
