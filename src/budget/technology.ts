import { type In, Registry } from '../base/index.js';
import { hgcal } from '../detector/index.js';

/**
 * A documented stand-in for a 65 nm low-power library: nobody may publish a foundry's, so areas are typical cell sizes
 * of a 9-track library and energies follow from capacitances. Every number is explained in docs/cost-model.md. What is
 * computed from it is an estimate and is labelled so.
 */
export interface Technology {
  readonly name: string;
  /** Cell area by Yosys gate type. */
  readonly area: Readonly<Record<string, In<'um2'>>>;
  /** Area of one gate equivalent (two-input NAND). */
  readonly gateEquivalent: In<'um2'>;
  /** Share of the placed area that cells fill: the rest is routing, clock buffers, hold buffers, decoupling. */
  readonly utilisation: number;
  /** V. */
  readonly supply: number;
  /** Load of one net in fF: wire and the input pins that it drives. */
  readonly netLoad: number;
  /** Switched capacitance inside a cell per gate equivalent, in fF. */
  readonly internalCapacitance: number;
  /** Capacitance of a flip-flop's clock pin and internal clock nodes in fF, charged once per clock cycle. */
  readonly clockPin: number;
  /** Capacitance of clock wires and buffers as a multiple of the clock pins that they drive. */
  readonly clockTree: number;
  /** Leakage of one gate equivalent in nW at `corner`. */
  readonly leakage: number;
  readonly corner: string;
  readonly clock: In<'MHz'>;
}

const NAND2 = 1.44;

export const lowPower65: Technology = {
  name: '65 nm low power, 9-track cells, 1.2 V',
  gateEquivalent: NAND2,
  area: {
    $_NOT_: 1.08,
    $_BUF_: 1.44,
    $_NAND_: NAND2,
    $_NOR_: NAND2,
    $_AND_: 1.8,
    $_OR_: 1.8,
    $_ANDNOT_: 1.8,
    $_ORNOT_: 1.8,
    $_AOI3_: 1.8,
    $_OAI3_: 1.8,
    $_AOI4_: 2.16,
    $_OAI4_: 2.16,
    $_XOR_: 3.6,
    $_XNOR_: 3.6,
    $_MUX_: 3.24,
    $_NMUX_: 2.88,
    $_DFF_P_: 7.2,
    $_DFF_PN0_: 8.28,
    $_DFF_PN1_: 8.28,
    $_DFF_PP0_: 8.28,
    $_DFF_PP1_: 8.28,
    $_DLATCH_P_: 5.04,
  },
  utilisation: 0.75,
  supply: 1.2,
  netLoad: 3.5,
  internalCapacitance: 0.9,
  clockPin: 3.0,
  clockTree: 0.7,
  leakage: 0.05,
  corner: 'typical process, 1.2 V, 25 degrees C',
  clock: hgcal().clockMHz,
};

/** Technologies by name, for `--technology`. One of your own comes with --with (docs/extending.md). */
export const technologies = new Registry<Technology>('technology', (technology) => {
  const wrong = NUMBERS.find((key) => !(Number.isFinite(technology[key]) && technology[key] > 0));
  if (wrong !== undefined) return `its ${wrong} is no number above 0.`;
  const gate = Object.keys(lowPower65.area).find((g) => !(Number(technology.area?.[g]) > 0));
  return gate === undefined ? undefined : `its area of ${gate} is no number above 0.`;
});
const NUMBERS = [
  'gateEquivalent',
  'utilisation',
  'supply',
  'netLoad',
  'internalCapacitance',
  'clockPin',
  'clockTree',
  'leakage',
  'clock',
] as const;
technologies.add('lp65', lowPower65);

/** Is this gate a flip-flop or latch? */
export function isStorage(gate: string): boolean {
  return (
    gate.startsWith('$_DFF') ||
    gate.startsWith('$_SDFF') ||
    gate.startsWith('$_DLATCH') ||
    gate.startsWith('$_ALDFF')
  );
}
