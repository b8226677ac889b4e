import { InvalidArgumentError } from 'commander';
import { MOST_ENCODER_LINKS } from '../blocks/index.js';

/** Parsers of option values; commander prefixes their message with the option's name. */
export function wholeNumber(low: number, high = Number.MAX_SAFE_INTEGER): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (text.trim() === '' || !Number.isInteger(value) || value < low || value > high) {
      throw new InvalidArgumentError(
        `Give a whole number from ${low}${high < Number.MAX_SAFE_INTEGER ? ` to ${high}` : ' up'}.`,
      );
    }
    return value;
  };
}

/** Output links of an encoder: more than five would carry nothing more. */
export const encoderLinks = wholeNumber(1, MOST_ENCODER_LINKS);

/** Output links of the chip, as its other algorithms use them. */
export const chipLinks = wholeNumber(1, 13);

/** `2,3,5` -> [2, 3, 5], `1..4` -> [1, 2, 3, 4]. @param links parser of one number */
export function linkList(links: (text: string) => number): (text: string) => number[] {
  return (text) =>
    text.split(',').flatMap((part) => {
      const [low, high = low] = part.split('..').map(links);
      if (part.split('..').length > 2 || high < low)
        throw new InvalidArgumentError(`${part} is no range of links.`);
      return Array.from({ length: high - low + 1 }, (_, n) => low + n);
    });
}
