export { chipSection } from './from-chip.js';
export { distributionSections } from './from-dataset.js';
export { type QualityOptions, qualitySection } from './from-quality.js';
export { registerSection } from './from-registers.js';
export { renderHtml } from './html.js';
export { renderJson } from './json.js';
export { parseSummary, readSummary } from './read-summary.js';
export {
  NO_LIMIT,
  type RunSummary,
  runSummarySchema,
  type SectionName,
  sectionNames,
  type Verdict,
} from './summary.js';
export { renderText, renderVerdicts } from './text.js';
