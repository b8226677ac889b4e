import { type RunSummary, runSummarySchema } from './summary.js';

/** The summary as JSON, keys in the order of the schema; `parseSummary` reads it back. */
export function renderJson(summary: RunSummary): string {
  return JSON.stringify(runSummarySchema.parse(summary), null, 2) + '\n';
}
