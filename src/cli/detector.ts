import type { Command } from '@commander-js/extra-typings';
import { EconError, inTurns } from '../base/index.js';
import { readWafers } from '../dataset/index.js';
import { type Detector, hgcal, readDetector } from '../detector/index.js';
import { measureInPieces, metricNames } from '../quality/index.js';
import { addDataOptions, dataFormats, dataOptions } from './data-options.js';
import { print } from './terminal.js';

export function addCommand(program: Command): void {
  const command = program
    .command('detector [file]')
    .option('--data <file>', `wafers of it (${dataFormats})`)
    .option('--received <file>', 'the same wafers as a receiver has them: the measures of quality');
  addDataOptions(command)
    .option('--json', 'print JSON')
    .option('-q, --quiet', 'no progress')
    .addHelpText(
      'after',
      `
Examples:
  econ detector                                        HGCAL
  econ detector grid8.yaml --data wafers.csv --received decoded.csv

docs/detectors.md describes the file. econ flow and econ train take it with --detector.`,
    )
    .action(async (file, { data, received, json, quiet, ...flags }) => {
      const detector = file === undefined ? hgcal() : readDetector(file);
      if (received !== undefined && data === undefined)
        throw new EconError({
          code: 'cli/usage',
          where: '--received',
          what: 'there are no wafers to compare with.',
          remedy: 'Give them with --data.',
        });
      const options = { ...dataOptions(flags, quiet), detector };
      const wafers = data === undefined ? undefined : await readWafers(data, options);
      const output = received === undefined ? undefined : await readWafers(received, options);
      const metrics = wafers && output && (await inTurns(measureInPieces(wafers, output.charges)));
      const facts = {
        ...factsOf(detector),
        ...(wafers ? { wafers: wafers.count } : {}),
        ...(metrics ? { means: Object.fromEntries(metricNames.map((m) => [m, mean(metrics[m])])) } : {}),
      };
      print(json ? JSON.stringify(facts, null, 2) : lines(facts));
    });
}

function factsOf({ name, cells, groundDistance, image, turns, ...rest }: Detector) {
  const apart = groundDistance.filter((distance) => distance > 0);
  return {
    name,
    cells,
    image: `${image.rows} x ${image.columns}`,
    turns: turns.length,
    distanceUnitCm: rest.distanceUnit,
    nearest: apart.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY),
    farthest: apart.reduce((a, b) => Math.max(a, b), 0),
    charge: `${rest.charge.name} of ${rest.charge.bits} bits`,
    sum: rest.sum.name,
    links: `${rest.links.count} of ${rest.links.bits} bits per BX`,
    clockMHz: rest.clockMHz,
  };
}

/** Of the wafers for which the measure is defined; null when there is none. */
function mean(values: Float64Array): number | null {
  const defined = values.filter((value) => !Number.isNaN(value));
  return defined.length === 0 ? null : defined.reduce((a, b) => a + b, 0) / defined.length;
}

function lines(facts: object): string {
  return Object.entries(facts)
    .flatMap(([key, value]) =>
      value !== null && typeof value === 'object'
        ? Object.entries(value).map(([m, v]) => [`mean ${m}`, v])
        : [[key, value]],
    )
    .map(
      ([key, value]) =>
        `${String(key).padEnd(16)}${typeof value === 'number' ? Number(value.toPrecision(5)) : (value ?? 'not defined')}`,
    )
    .join('\n');
}
