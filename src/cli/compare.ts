import { basename } from 'node:path';
import type { Command } from '@commander-js/extra-typings';
import { checkWritable, EconError, inTurns, writeFileAtomic } from '../base/index.js';
import { MOST_ENCODER_LINKS } from '../blocks/index.js';
import { loadModel } from '../model/index.js';
import {
  type Comparison,
  chipReferences,
  compareInPieces,
  modelCandidate,
  renderComparison,
} from '../quality/index.js';
import { qualitySection, renderHtml } from '../report/index.js';
import { addDataOptions, dataFormats } from './data-options.js';
import { addJudgingOptions, judgedWafers } from './judged-wafers.js';
import { chipLinks, encoderLinks, linkList } from './options.js';
import { note, print, terminalProgress } from './terminal.js';

export function addCommand(program: Command): void {
  const command = program.command('compare').requiredOption('--data <file>', `wafers (${dataFormats})`);
  const chosen = addDataOptions(command)
    .option(
      '--etx <list>',
      'numbers of links, e.g. 2,3,5 or 1..13 (default: all, with --model 1..5)',
      linkList(chipLinks),
    )
    .option('--model <folder>', 'a trained model: the autoencoder beside the others');
  addJudgingOptions(chosen)
    .option(
      '--html <file>',
      'also a page with tables and plots; classes are shown at 5 links, or the first of the list',
    )
    .option('--json', 'print JSON')
    .option('-q, --quiet', 'no progress')
    .addHelpText(
      'after',
      `
Examples:
  econ compare --data wafers.csv --etx 1..13 --html compare.html
  econ compare --data wafers.csv --etx 2,5 --model runs/default/model --json

The wafers are sent as consecutive BX by the software chip and come back through the decoder of its packets.
Threshold sum: the lowest threshold at which its buffer (T1 = 24 words per link, 12 BX) truncates at most 1 % of them,
and the usual threshold of 47. The report of a run holds the same comparison on its held-out wafers.`,
    )
    .action(async (options) => {
      const etx = linksOf(options.etx, options.model);
      if (options.html !== undefined) checkWritable(options.html);
      const { batch, models } = await judgedWafers(options);
      if (options.model === undefined) note('skipped: autoencoder of the chip: no --model given');
      const own = options.model === undefined ? undefined : modelCandidate(loadModel(options.model));
      const candidates = [...(own ? [own] : []), ...models, ...chipReferences()];
      const comparison = await inTurns(
        compareInPieces(candidates, batch, etx, terminalProgress(options.quiet)),
      );
      if (options.html !== undefined)
        writeFileAtomic(options.html, page(comparison, own?.name ?? '', basename(options.data), etx));
      print(options.json ? JSON.stringify(comparison, null, 2) : renderComparison(comparison));
    });
}

/** Numbers of links to compare at; an encoder has at most five. @throws EconError cli/links */
function linksOf(etx: number[] | undefined, model: string | undefined): number[] {
  if (model === undefined) return etx ?? linkList(chipLinks)('1..13');
  const more = etx?.find((links) => links > MOST_ENCODER_LINKS);
  if (more === undefined) return etx ?? linkList(encoderLinks)('1..5');
  throw new EconError({
    code: 'cli/links',
    where: '--etx',
    what: `${more} links are more than the autoencoder sends on.`,
    remedy: `Give 1..${MOST_ENCODER_LINKS}, or leave --model out to compare the other algorithms.`,
  });
}

/** A report with the one section that there is. @param ours name of the model, empty without one */
function page(comparison: Comparison, ours: string, data: string, etx: readonly number[]): string {
  const detail = etx.includes(5) ? 5 : etx[0];
  return renderHtml({
    format: 'econ-report',
    version: 1,
    title: 'econ: the algorithms of the chip at equal links',
    quality: qualitySection(comparison, { data, ours, etx: detail }),
  });
}
