import { EconError } from '../base/index.js';
import { encoderShape } from '../encoder/index.js';
import { namedShapes } from '../training/index.js';
import { readYamlFile } from './yaml-file.js';

/**
 * The shape that `--shape` names: one of the known names, or the contents of a YAML or JSON file.
 * @throws EconError cli/bad-shape, chip/bad-shape
 */
export function shapeOption(text: string): unknown {
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
