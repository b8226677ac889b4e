import { Option } from '@commander-js/extra-typings';
import type { ChipSettings } from '../blocks/index.js';
import { type ReadOptions, readLayers, settingsOf } from '../chips/index.js';
import { note } from './terminal.js';

/** `--config`, once or several times: base, mux, calibration; the later is laid over the earlier. */
export function configOption(what: string) {
  return new Option('--config <file>', `${what}; several are laid over each other`).argParser(
    (file: string, before: string[] = []) => [...before, file],
  );
}

/** The settings of these files; what was overlaid or read in a special way is told on standard error. */
export function configSettings(files: readonly string[], options: ReadOptions = {}): ChipSettings {
  const reading = readLayers(files, options);
  for (const text of reading.notes) note(text);
  return settingsOf(reading, options);
}
