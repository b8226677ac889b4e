import type { Command } from 'commander';
import { reportRun } from '../flow/index.js';
import { renderJson, renderText } from '../report/index.js';
import { print } from './terminal.js';

interface Options {
  compareWith?: string;
  json?: boolean;
  text?: boolean;
}

export function addReport(program: Command): void {
  program
    .command('report')
    .argument('[run]', 'run folder', 'runs/default')
    .option(
      '--compare-with <file>',
      "set the run's wafers beside these, e.g. generated beside simulated ones",
    )
    .option('--text', 'print the report as text')
    .option('--json', 'print the summary as JSON')
    .addHelpText(
      'after',
      `
Examples:
  econ report runs/default --text
  econ report runs/default --compare-with pileup.csv`,
    )
    .action(async (run: string, options: Options) => {
      const { summary, html } = await reportRun(run, options.compareWith);
      if (options.json) print(renderJson(summary));
      else if (options.text) print(renderText(summary));
      else print(`Report: ${html}`);
    });
}
