import { MAX_CHARGE } from './batch.js';
import type { ReadOptions } from './options.js';

export const chargeRemedy = `Charges are integers from 0 to ${MAX_CHARGE} (22 bits), in units of the trigger charge.`;

/** What is wrong with a number, and what to do. */
export type BadCharge = readonly [what: string, remedy: string];

/** Turns the numbers of a file into charges; keeps account of what it rounds. */
export interface ChargeReader {
  readonly scaled: boolean;
  of(value: number): number | BadCharge;
  /** Tells what was rounded, once, at the end of a file. */
  tell(): void;
}

/** @param options of them `scale` and `note` */
export function chargeReader({ scale = 1, note }: ReadOptions): ChargeReader {
  let rounded = 0;
  let largest = 0;
  const scaled = scale !== 1;
  return {
    scaled,
    of(value) {
      let charge = value;
      if (scaled) {
        charge = Math.round(value * scale);
        const change = Math.abs(charge - value * scale);
        if (change > 0) rounded++;
        if (change > largest) largest = change;
      }
      if (charge >= 0 && charge <= MAX_CHARGE && Math.floor(charge) === charge) return charge;
      if (Number.isNaN(value)) return ['is no charge.', `${chargeRemedy} Remove rows with missing values.`];
      if (value < 0) return ['is negative.', chargeRemedy];
      if (charge > MAX_CHARGE)
        return [
          scaled ? `times ${scale} needs more than 22 bits.` : 'needs more than 22 bits.',
          scaled ? `${chargeRemedy} Give a smaller --scale.` : chargeRemedy,
        ];
      return [
        'is a fraction.',
        `${chargeRemedy} Export the raw CALQ, or say --scale S: each number is then multiplied by S and rounded.`,
      ];
    },
    tell() {
      if (rounded > 0)
        note?.(
          `${rounded} numbers times ${scale} were rounded to integer charges, by ${largest.toPrecision(2)} at most`,
        );
    },
  };
}
