import { sha256 } from '../../src/base/index.js';
import { renderHtml, renderJson, renderText } from '../../src/report/index.js';
import { sampleSummary } from './sample.js';

// Run by html.test.ts in a process of its own, with another time zone and language.
for (const render of [renderHtml, renderText, renderJson]) console.log(sha256(render(sampleSummary())));
