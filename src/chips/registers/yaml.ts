import type { ChipSettings } from '../../blocks/index.js';
import { hex } from '../map/register.js';
import { type RegisterImage, setFields, settingsImage } from './image.js';
import { keptLines } from './kept.js';

/** Numbers from here on are written in hex, and masks. */
const DECIMAL = 10_000n;
const masks = /^(active_etxs|keep_auto_encoder_bits|mask_ae2?|match_\w+|weights_byte\d+|user_word_\d)$/;

/** The registers that are set, as settings: nested maps with the public names. readLayers gives the same image back. */
export function imageToYaml(image: RegisterImage): string {
  const root: Tree = new Map();
  for (const { path, value, field } of setFields(image)) {
    const keys = path.split('.');
    let at = root;
    for (const key of keys.slice(0, -1)) {
      if (!at.has(key)) at.set(key, new Map());
      at = at.get(key) as Tree;
    }
    const long = value >= DECIMAL || (masks.test(field.name) && value > 9n);
    at.set(keys[keys.length - 1], long ? hex(value) : String(value));
  }
  const kept = keptLines(image);
  const lines = render(root, '');
  const head = `# econ settings, ${image.generation} map`;
  return [head, ...(lines.length > 0 ? lines : ['{}']), ...kept, ''].join('\n');
}

/** Settings as YAML in the dialect of their generation (arithmetic and stcTie are no registers and are not written). */
export function settingsToYaml(settings: ChipSettings): string {
  return imageToYaml(settingsImage(settings));
}

type Tree = Map<string, string | Tree>;

function render(tree: Tree, indent: string): string[] {
  return [...tree].flatMap(([key, value]) =>
    typeof value === 'string'
      ? [`${indent}${key}: ${value}`]
      : [`${indent}${key}:`, ...render(value, `${indent}  `)],
  );
}
