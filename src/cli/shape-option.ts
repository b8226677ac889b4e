import { EconError } from '../base/index.js';
import { encoderShape } from '../encoder/index.js';
import { namedShapes, type TrainingInput } from '../training/index.js';
import { readYamlFile } from './yaml-file.js';

/** The training setting that `--shape` gives: none when the option is left out. */
export function shapeSetting(text: string | undefined): Pick<TrainingInput, 'shape'> {
  return text === undefined ? {} : { shape: shapeOption(text) };
}

/**
 * The shape that `--shape` names: one of the known names, or the contents of a YAML or JSON file.
 * @throws EconError cli/bad-shape, chip/bad-shape
 */
function shapeOption(text: string): TrainingInput['shape'] {
  if (namedShapes.some(({ name }) => name === text)) return text;
  const data = readYamlFile(text, (what) => badShape(text, what));
  if (data === undefined) throw badShape(text, 'is neither a known shape nor a file.');
  return encoderShape(data);
}

function badShape(where: string, what: string): EconError {
  return new EconError({
    code: 'cli/bad-shape',
    where: `--shape ${where}`,
    what,
    remedy: `Take one of ${namedShapes.map(({ name }) => name).join(', ')}, or a file as docs/encoder-shapes.md describes.`,
  });
}
