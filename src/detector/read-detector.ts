import { EconError, readYaml } from '../base/index.js';
import { detectorSchema } from './description.js';
import type { Detector } from './detector.js';
import { detectorOf } from './make-detector.js';

/**
 * Reads a detector from a YAML or JSON file.
 * @throws EconError detector/bad-file with all that is wrong in it, base/cannot-read
 */
export function readDetector(path: string): Detector {
  const bad = (what: string): EconError =>
    new EconError({
      code: 'detector/bad-file',
      where: path,
      what,
      remedy: 'docs/detectors.md describes the file of a detector, with an example to begin from.',
    });
  const result = detectorSchema.safeParse(readYaml(path, (why) => bad(`is no YAML: ${why}.`)));
  if (!result.success)
    throw bad(
      result.error.issues
        .map((i) => `${i.path.join('.') || 'the file'}: ${i.message.replace(/^Invalid input: /, '')}`)
        .join('; ')
        .concat('.'),
    );
  return detectorOf(result.data);
}
