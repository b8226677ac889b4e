import { InvalidArgumentError, Option } from '@commander-js/extra-typings';
import { MOST_ENCODER_LINKS } from '../blocks/index.js';

/** Parser of numbers that are as `wanted` says. Commander puts the name of the option before its message. */
export function numberThat(
  holds: (value: number) => boolean,
  wanted: string,
  kind = 'number',
): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (text.trim() === '' || !holds(value)) throw new InvalidArgumentError(`Give a ${kind} ${wanted}.`);
    return value;
  };
}

export function wholeNumber(low: number, high = Number.MAX_SAFE_INTEGER): (text: string) => number {
  return numberThat(
    (value) => Number.isInteger(value) && value >= low && value <= high,
    `from ${low}${high < Number.MAX_SAFE_INTEGER ? ` to ${high}` : ' up'}`,
    'whole number',
  );
}

export const numberAboveZero = numberThat((value) => value > 0 && Number.isFinite(value), 'above 0');

/** What the options of a command are read as. @example OptionsOf<typeof runCommand> */
export type OptionsOf<F extends (...given: never[]) => { opts(): unknown }> = ReturnType<
  ReturnType<F>['opts']
>;

/** What of a chip is triplicated. */
export function tmrOption() {
  return new Option(
    '--tmr <mode>',
    'what is kept three times: nothing; weights, configuration and control; or all registers',
  )
    .choices(['none', 'weights', 'registers'])
    .default('weights');
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
