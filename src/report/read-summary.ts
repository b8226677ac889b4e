import { EconError, readJson } from '../base/index.js';
import { type RunSummary, runSummarySchema } from './summary.js';

const REMEDY =
  'Give the summary that `econ flow` left in the run folder, or run `econ flow` again to write a new one.';

/** Checks foreign data; `where` names it in the error. */
export function parseSummary(data: unknown, where: string): RunSummary {
  const tag = typeof data === 'object' && data !== null && 'format' in data ? data.format : undefined;
  if (tag !== 'econ-report')
    throw new EconError({
      code: 'report/not-a-summary',
      where,
      what: 'this is not a run summary of econ (it does not say "format": "econ-report").',
      remedy: REMEDY,
    });
  const result = runSummarySchema.safeParse(data);
  if (result.success) return result.data;
  const issues = result.error.issues.map((i) => `${i.path.join('.') || 'top level'}: ${i.message}`);
  const more = issues.length > 3 ? `, and ${issues.length - 3} more` : '';
  throw new EconError({
    code: 'report/bad-summary',
    where,
    what: `the run summary is not as it should be: ${issues.slice(0, 3).join('; ')}${more}.`,
    remedy: REMEDY,
  });
}

export function readSummary(path: string): RunSummary {
  return parseSummary(readJson(path, REMEDY), path);
}
