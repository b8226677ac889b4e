export { renderHtml } from './html.js';
export { renderJson } from './json.js';
export {
  parseSummary,
  type RunSummary,
  readSummary,
  runSummarySchema,
  type SectionName,
  sectionNames,
  type Verdict,
} from './summary.js';
export { renderText, renderVerdicts } from './text.js';
