import { EconError } from '../../base/index.js';
import { type CellName, cellPlace, type FlatCell } from '../read/flatten.js';
import { binary } from '../read/netlist.js';
import { type Graph, lowMask } from './graph.js';
import { Op } from './operation.js';
import {
  addWord,
  anyBit,
  bitOf,
  chunkWidth,
  divideWord,
  equalWord,
  extractWord,
  lessWord,
  mapWord,
  mulWord,
  notWord,
  resize,
  selectWord,
  shiftWord,
  subWord,
  type Word,
  zeroWord,
} from './words.js';

/** A cell whose output is computed as a whole, with its operands at hand. */
interface Operands {
  readonly g: Graph;
  readonly a: Word;
  readonly aWidth: number;
  readonly b: Word;
  readonly bWidth: number;
  /** Both operands are signed: they are extended by their sign. */
  readonly signed: boolean;
  readonly bSigned: boolean;
  readonly width: number;
}

type Rule = (o: Operands) => Word;

const both = (o: Operands, width: number): [Word, Word] => [
  resize(o.g, o.a, o.aWidth, width, o.signed),
  resize(o.g, o.b, o.bWidth, width, o.signed),
];

/** A truth value as output of any width. */
const truth = (o: Operands, bit: number): Word => {
  const out = [...zeroWord(o.g, o.width)];
  out[0] = bit;
  return out;
};

const arithmetic =
  (f: (g: Graph, a: Word, b: Word, width: number) => Word): Rule =>
  (o) =>
    f(o.g, ...both(o, o.width), o.width);

const comparison =
  (f: (g: Graph, a: Word, b: Word, width: number, signed: boolean) => number): Rule =>
  (o) => {
    const width = Math.max(o.aWidth, o.bWidth);
    return truth(o, f(o.g, ...both(o, width), width, o.signed));
  };

const shift =
  (left: boolean, arithmetic: boolean): Rule =>
  (o) => {
    // A right shift brings down the bits above the output, a left shift does not.
    const work = Math.max(o.width, o.aWidth);
    const a = resize(o.g, o.a, o.aWidth, work, o.signed);
    const kind = left ? 'left' : arithmetic && o.signed ? 'arithmetic' : 'right';
    return resize(o.g, shiftWord(o.g, kind, a, work, o.b, o.bWidth), work, o.width, false);
  };

/** $shift and $shiftx: to the right by B, to the left when B is signed and negative. */
const indexed =
  (extend: boolean): Rule =>
  (o) => {
    const { g, width } = o;
    const aWidth = extend ? Math.max(o.aWidth, width) : o.aWidth;
    const a = resize(g, o.a, o.aWidth, aWidth, extend && o.signed);
    const right = extractWord(g, a, aWidth, o.b, o.bSigned ? o.bWidth - 1 : o.bWidth, width);
    if (!o.bSigned) return right;
    const minus = subWord(g, zeroWord(g, o.bWidth), o.b, o.bWidth);
    const work = Math.max(aWidth, width);
    const moved = shiftWord(g, 'left', resize(g, a, aWidth, work, false), work, minus, o.bWidth);
    return selectWord(g, bitOf(g, o.b, o.bWidth - 1), resize(g, moved, work, width, false), right);
  };

const negateIf = (g: Graph, a: Word, width: number, sign: number): Word =>
  selectWord(g, sign, subWord(g, zeroWord(g, width), a, width), a);

/** Division and remainder, rounding to zero (Verilog's / and %) or down ($divfloor, $modfloor). */
const division =
  (part: 'quotient' | 'remainder', floor: boolean): Rule =>
  (o) => {
    const { g } = o;
    const width = Math.max(o.aWidth, o.bWidth, o.width);
    const [a, b] = both(o, width);
    let result: Word;
    if (!o.signed) result = divideWord(g, a, b, width)[part];
    else if (width <= 32 && !floor) {
      const op = part === 'quotient' ? Op.DivS : Op.RemS;
      result = [g.divide(op, g.sext(a[0], width), g.sext(b[0], width))];
    } else {
      const aSign = bitOf(g, a, width - 1);
      const bSign = bitOf(g, b, width - 1);
      const signs = g.xor(aSign, bSign);
      const positive = divideWord(g, negateIf(g, a, width, aSign), negateIf(g, b, width, bSign), width);
      const quotient = negateIf(g, positive.quotient, width, signs);
      const remainder = negateIf(g, positive.remainder, width, aSign);
      // Rounding down differs when the division does not come out even and the signs differ.
      const adjust = floor ? g.and(signs, g.bool(anyBit(g, remainder))) : g.zero;
      const one = [adjust, ...new Array<number>(quotient.length - 1).fill(g.zero)];
      result =
        part === 'quotient'
          ? subWord(g, quotient, one, width)
          : selectWord(g, adjust, addWord(g, remainder, b, width), remainder);
    }
    return resize(
      g,
      mapWord(g, width, (i) => result[i]),
      width,
      o.width,
      false,
    );
  };

const power: Rule = (o) => {
  const { g, width } = o;
  const base = resize(g, o.a, o.aWidth, width, o.signed);
  const one = resize(g, [g.one], 1, width, false);
  let result = one;
  let square = base;
  const bits = o.bSigned ? o.bWidth - 1 : o.bWidth;
  for (let k = 0; k < bits; k++) {
    result = selectWord(g, bitOf(g, o.b, k), mulWord(g, result, square, width), result);
    square = mulWord(g, square, square, width);
  }
  if (bits === o.bWidth) return result;
  // To a negative power: 1 and -1 stay, everything else rounds to 0.
  const isOne = equalWord(g, o.a, resize(g, [g.one], 1, o.aWidth, false));
  const isMinusOne = o.signed ? allOnes(o) : g.zero;
  const minusOne = notWord(g, zeroWord(g, width), width);
  const ofMinusOne = selectWord(g, bitOf(g, o.b, 0), minusOne, one);
  const other = selectWord(g, isMinusOne, ofMinusOne, zeroWord(g, width));
  // One bit that is set is -1 when it is signed, and 1 otherwise.
  const negative = o.signed && o.aWidth === 1 ? other : selectWord(g, isOne, one, other);
  return selectWord(g, bitOf(g, o.b, o.bWidth - 1), negative, result);
};

const allOnes = (o: Operands): number => {
  const { g } = o;
  return g.not(
    anyBit(
      g,
      o.a.map((n, i) => g.xor(n, g.constant(lowMask(chunkWidth(o.aWidth, i))))),
    ),
  );
};

const parity = (o: Operands): number => o.g.and(o.g.popcount(o.a.reduce((x, y) => o.g.xor(x, y))), o.g.one);

const RULES: Readonly<Record<string, Rule>> = {
  $add: arithmetic(addWord),
  $sub: arithmetic(subWord),
  $mul: arithmetic(mulWord),
  $pos: (o) => resize(o.g, o.a, o.aWidth, o.width, o.signed),
  $buf: (o) => o.a,
  $neg: (o) => subWord(o.g, zeroWord(o.g, o.width), resize(o.g, o.a, o.aWidth, o.width, o.signed), o.width),
  $eq: comparison((g, a, b) => equalWord(g, a, b)),
  $eqx: comparison((g, a, b) => equalWord(g, a, b)),
  $ne: comparison((g, a, b) => g.not(equalWord(g, a, b))),
  $nex: comparison((g, a, b) => g.not(equalWord(g, a, b))),
  $lt: comparison(lessWord),
  $ge: comparison((g, a, b, width, signed) => g.not(lessWord(g, a, b, width, signed))),
  $gt: comparison((g, a, b, width, signed) => lessWord(g, b, a, width, signed)),
  $le: comparison((g, a, b, width, signed) => g.not(lessWord(g, b, a, width, signed))),
  $logic_not: (o) => truth(o, o.g.not(anyBit(o.g, o.a))),
  $logic_and: (o) => truth(o, o.g.and(o.g.bool(anyBit(o.g, o.a)), o.g.bool(anyBit(o.g, o.b)))),
  $logic_or: (o) => truth(o, o.g.bool(o.g.or(anyBit(o.g, o.a), anyBit(o.g, o.b)))),
  $reduce_or: (o) => truth(o, o.g.bool(anyBit(o.g, o.a))),
  $reduce_bool: (o) => truth(o, o.g.bool(anyBit(o.g, o.a))),
  $reduce_and: (o) => truth(o, allOnes(o)),
  $reduce_xor: (o) => truth(o, parity(o)),
  $reduce_xnor: (o) => truth(o, o.g.xor(parity(o), o.g.one)),
  $shl: shift(true, false),
  $sshl: shift(true, true),
  $shr: shift(false, false),
  $sshr: shift(false, true),
  $shift: indexed(true),
  $shiftx: indexed(false),
  $div: division('quotient', false),
  $mod: division('remainder', false),
  $divfloor: division('quotient', true),
  $modfloor: division('remainder', true),
  $pow: power,
};

/** Cells with a rule of their own elsewhere (bitwise, registers, memories) are not meant. */
export function isSolidCell(type: string): boolean {
  return RULES[type] !== undefined;
}

/** Value of the output of a cell from the values of its operands. */
export function solidCell(g: Graph, cell: FlatCell, read: (bits: Int32Array) => Word): Word {
  const { A, B, Y } = cell.ports;
  const { parameters } = cell.json;
  const aSigned = binary(parameters.A_SIGNED) === 1;
  const bSigned = binary(parameters.B_SIGNED) === 1;
  // The amount of a shift does not decide whether the shifted number is signed.
  const own = /^\$(s?sh[lr]|shiftx?|pow)$/.test(cell.type);
  return RULES[cell.type]({
    g,
    a: read(A),
    aWidth: A.length,
    b: B === undefined ? [g.zero] : read(B),
    bWidth: B === undefined ? 1 : B.length,
    signed: aSigned && (B === undefined || own || bSigned),
    bSigned,
    width: Y.length,
  });
}

/** One piece (at most 32 bits) of a bitwise cell. */
export function bitwiseCell(
  g: Graph,
  cell: FlatCell,
  lanes: readonly number[],
  width: number,
  read: (bits: Int32Array) => Word,
): number {
  const [a, b] = lanes;
  const mask = g.constant(lowMask(width));
  switch (cell.type) {
    case '$and':
      return g.and(a, b);
    case '$or':
      return g.or(a, b);
    case '$xor':
      return g.xor(a, b);
    case '$xnor':
    case '$bweqx':
      return g.xor(g.xor(a, b), mask);
    case '$not':
      return g.xor(a, mask);
    case '$mux':
      return g.select(read(cell.ports.S)[0], b, a);
    case '$bwmux':
      return g.or(g.and(b, lanes[2]), g.and(a, g.xor(lanes[2], mask)));
    case '$pmux': {
      const s = read(cell.ports.S);
      const conditions = lanes.slice(1).map((_, i) => bitOf(g, s, i));
      const product = g.linear.choose(conditions, lanes.slice(1), a);
      if (product !== undefined) return product;
      let value = a;
      for (let i = lanes.length - 1; i >= 1; i--) value = g.select(conditions[i - 1], lanes[i], value);
      return value;
    }
    default:
      throw unsupportedCell(cell);
  }
}

const REASONS: Readonly<Record<string, [string, string]>> = {
  $tribuf: ['a three-state driver is described here', 'Use an output, an input and an output enable.'],
  $ff: ['a register without clock is described here', 'Give it a clock: `always @(posedge clk)`.'],
};

export function unsupportedCell(cell: CellName): EconError {
  const [what, remedy] = REASONS[cell.type] ?? [
    `cells of type ${cell.type} are not simulated`,
    cell.type.startsWith('$') ? 'Write it with other operators.' : 'Give the Verilog of this module, too.',
  ];
  return new EconError({
    code: 'simulation/unsupported-cell',
    where: cellPlace(cell),
    what: `${what}.`,
    remedy,
  });
}
