import type { Command } from '@commander-js/extra-typings';
import { reportRun } from '../flow/index.js';
import { renderJson, renderText } from '../report/index.js';
import { addDataOptions, dataOptions } from './data-options.js';
import { print } from './terminal.js';

export function addCommand(program: Command): void {
  const command = program
    .command('report')
    .argument('[run]', 'run folder', 'runs/default')
    .option(
      '--compare-with <file>',
      "set the run's wafers beside these, e.g. generated beside simulated ones",
    );
  addDataOptions(command)
    .option('--text', 'print the report as text')
    .option('--json', 'print the summary as JSON')
    .option('-q, --quiet', 'no progress')
    .addHelpText(
      'after',
      `
Examples:
  econ report runs/default --text
  econ report runs/default --compare-with pileup.csv`,
    )
    .action(async (run, options) => {
      const { summary, html } = await reportRun(
        run,
        options.compareWith,
        dataOptions(options, options.quiet),
      );
      if (options.json) print(renderJson(summary));
      else if (options.text) print(renderText(summary));
      else print(`Report: ${html}`);
    });
}
