import { existsSync, statSync } from 'node:fs';
import { parse as parseYaml } from 'yaml';
import { EconError, readText } from '../base/index.js';
import { encoderShape } from '../chip/index.js';
import { namedShapes } from '../training/index.js';

/**
 * The shape that `--shape` names: one of the known names, or the contents of a YAML or JSON file.
 * @throws EconError cli/bad-shape, chip/bad-shape
 */
export function shapeOption(text: string): unknown {
  if (namedShapes.some(({ name }) => name === text)) return text;
  if (!existsSync(text) || !statSync(text).isFile()) {
    throw badShape(text, 'is neither a known shape nor a file.');
  }
  let data: unknown;
  try {
    data = parseYaml(readText(text));
  } catch (error) {
    throw badShape(
      text,
      `is no YAML: ${error instanceof Error ? error.message.split('\n')[0] : 'unreadable'}.`,
    );
  }
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
