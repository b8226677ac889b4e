import { z } from 'zod';
import { EconError } from '../base/index.js';
import { readYamlFile } from './yaml-file.js';

const settingsSchema = z.record(z.string(), z.unknown());

/**
 * The training settings in the YAML or JSON file that `--settings` names; what they may be is checked with all others.
 * @throws EconError cli/bad-settings
 */
export function settingsOption(path: string): Record<string, unknown> {
  const data = readYamlFile(path, (what) => badSettings(path, what));
  if (data === undefined) throw badSettings(path, 'is no file.');
  const parsed = settingsSchema.safeParse(data);
  if (!parsed.success) throw badSettings(path, 'holds no settings of the form name: value.');
  return parsed.data;
}

function badSettings(path: string, what: string): EconError {
  return new EconError({
    code: 'cli/bad-settings',
    where: `--settings ${path}`,
    what,
    remedy: 'docs/training.md lists the settings; docs/examples holds such files.',
  });
}
