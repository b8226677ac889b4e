import { isOtherSetting, parseSettings } from '../settings/read.js';
import { type Entry, readTree, settingError } from '../settings/tree.js';
import { settingsToYaml } from '../settings/write.js';
import {
  imageSettings,
  type RegisterImage,
  readElement,
  registersOfGeneration,
  settingsImage,
  writeElement,
} from './image.js';
import type { Field, Register } from './types.js';

/**
 * Settings as registers, all blocks of the chip included: `Block: {Global or number: {field: value}}`, with the names of
 * the register map. (What runs the data path, parseSettings, passes over the blocks that do not act on it.)
 * @throws EconError as parseSettings; and for a field of any block that is not in the map, or does not fit
 */
export function parseSettingsImage(text: string, name: string): RegisterImage {
  const image = settingsImage(parseSettings(text, name));
  for (const entry of readTree(text, name, () => false)) {
    if (!isOtherSetting(entry.path)) continue;
    const { register, field, index } = place(image, entry, name);
    const largest = (1n << BigInt(field.width)) - 1n;
    if (entry.value < 0n || entry.value > largest) {
      const what = `${entry.path} is ${entry.value}, outside 0..${largest}.`;
      throw settingError(name, entry.line, what, 'Give a value that fits the register.');
    }
    const kept = readElement(image, register, index) & ~(largest << BigInt(field.lsb));
    writeElement(image, register, index, kept | (entry.value << BigInt(field.lsb)), 1);
  }
  return image;
}

/** The inverse of parseSettingsImage: the data path, and below it the other registers that are set. */
export function imageToYaml(image: RegisterImage): string {
  const blocks = new Map<string, Map<string, string[]>>();
  for (const register of registersOfGeneration(image.generation)) {
    for (let index = 0; index < register.count; index++) {
      if (image.set[register.address + register.stride * index] === 0) continue;
      const value = readElement(image, register, index);
      for (const f of register.fields) {
        const part = (value >> BigInt(f.lsb)) & ((1n << BigInt(f.width)) - 1n);
        const path = settingPath(register, index, f);
        // Fields beside those of the data path share their bytes: told when they are not at reset.
        if (!isOtherSetting(path) || f.access === 'ro' || (sharesDataPath(register) && part === f.reset))
          continue;
        const elements = blocks.get(register.block) ?? new Map<string, string[]>();
        const [, element, key] = path.split('.');
        elements.set(element, [...(elements.get(element) ?? []), `${key}: 0x${part.toString(16)}`]);
        blocks.set(register.block, elements);
      }
    }
  }
  return merge(settingsToYaml(imageSettings(image)), blocks);
}

/** How settings name a field: elements of arrays by number, those beside single registers in their name. */
function settingPath(register: Register, index: number, field: Field): string {
  if (register.count === 1) return `${register.block}.Global.${field.name}`;
  return register.block === 'FormatterBuffer'
    ? `FormatterBuffer.Global.${field.name}_${index}`
    : `${register.block}.${index}.${field.name}`;
}

/** Does the register hold a field of the data path, too? */
function sharesDataPath(register: Register): boolean {
  return register.fields.some((f) => !isOtherSetting(`${register.block}.Global.${f.name}`));
}

/** Puts the lines of further fields below their block, or the block at the end. */
function merge(yaml: string, blocks: ReadonlyMap<string, ReadonlyMap<string, readonly string[]>>): string {
  let text = yaml;
  for (const [block, elements] of blocks) {
    const head = `${block}:\n  Global:\n`;
    const global = elements.get('Global');
    if (global && text.includes(head)) {
      text = text.replace(head, head + global.map((line) => `    ${line}\n`).join(''));
      continue;
    }
    const lines = [...elements].flatMap(([element, fields]) => [
      `  ${element}:`,
      ...fields.map((f) => `    ${f}`),
    ]);
    text += `${[`${block}:`, ...lines].join('\n')}\n`;
  }
  return text;
}

function place(
  image: RegisterImage,
  entry: Entry,
  name: string,
): { register: Register; field: Field; index: number } {
  const path = entry.path.toLowerCase();
  for (const register of registersOfGeneration(image.generation)) {
    if (!path.startsWith(`${register.block.toLowerCase()}.`)) continue;
    for (const field of register.fields) {
      if (field.access === 'ro') continue;
      for (let index = 0; index < register.count; index++)
        if (settingPath(register, index, field).toLowerCase() === path) return { register, field, index };
    }
  }
  const what = `${entry.path} is not a register of the ${image.generation} map that can be written.`;
  const remedy =
    'See `econ registers print` for blocks, elements and fields; remove what the chip does not have.';
  throw settingError(name, entry.line, what, remedy);
}
