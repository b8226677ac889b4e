import type { Random } from '../../src/base/index.js';

export interface Signal {
  readonly name: string;
  readonly width: number;
  readonly signed: boolean;
}

export const WIDTHS = [
  1, 1, 2, 3, 5, 6, 7, 8, 8, 9, 12, 13, 16, 17, 18, 24, 31, 32, 32, 33, 40, 48, 63, 64, 65, 80, 96, 100, 129,
];
const BINARY = [
  '+',
  '-',
  '*',
  '&',
  '|',
  '^',
  '~^',
  '==',
  '!=',
  '===',
  '!==',
  '<',
  '<=',
  '>',
  '>=',
  '&&',
  '||',
  '<<',
  '>>',
  '<<<',
  '>>>',
  '/',
  '%',
  '**',
];
const UNARY = ['~', '-', '+', '&', '|', '^', '~&', '~|', '~^', '!'];

/** Random expressions over signals. Nothing in them can become x: divisors are odd and indices stay in range. */
export class Expressions {
  /** Icarus 11 does not see what `$signed` and `$unsigned` read in an `always @*`. */
  private convert = true;

  constructor(
    readonly random: Random,
    /** What expressions may read; the generator adds to it as it goes. */
    readonly signals: Signal[],
  ) {}

  pick<T>(list: readonly T[]): T {
    return list[this.random.below(list.length)];
  }

  literal(): string {
    const width = this.pick(WIDTHS.slice(0, 20));
    const value = this.random.uint32() % 2 ** Math.min(width, 31);
    return `${width}'${this.random.below(2) ? 's' : ''}h${value.toString(16)}`;
  }

  /** A variable index with so few bits that `width` bits from it on stay inside the signal; undefined if none fits. */
  index(s: Signal): { text: string; room: number } | undefined {
    if (s.width < 4) return undefined;
    const bits = 31 - Math.clz32(s.width >>> 1);
    const index = this.signals.find((i) => i.width >= bits);
    if (index === undefined) return undefined;
    return { text: `${index.name}[${bits - 1}:0]`, room: s.width - 2 ** bits + 1 };
  }

  leaf(): string {
    const { random } = this;
    const s = this.pick(this.signals);
    switch (random.below(9)) {
      case 0:
        return this.literal();
      case 1: {
        const low = random.below(s.width);
        return `${s.name}[${low + random.below(s.width - low)}:${low}]`;
      }
      case 2:
        return `${s.name}[${random.below(s.width)}]`;
      case 3: {
        const at = this.index(s);
        return at === undefined ? s.name : `${s.name}[${at.text} +: ${1 + random.below(at.room)}]`;
      }
      case 4: {
        const at = this.index(s);
        return at === undefined ? s.name : `${s.name}[${at.text}]`;
      }
      default:
        return s.name;
    }
  }

  make(depth: number): string {
    if (depth === 0) return this.leaf();
    const { random } = this;
    switch (random.below(this.convert ? 11 : 9)) {
      case 0:
        return `(${this.pick(UNARY)}${this.make(depth - 1)})`;
      case 1:
        return `(${this.make(depth - 1)} ? ${this.make(depth - 1)} : ${this.make(depth - 1)})`;
      case 2:
        return `{${this.make(depth - 1)}, ${this.leaf()}}`;
      case 3:
        return `{${1 + random.below(4)}{${this.leaf()}}}`;
      case 9:
        return `$signed(${this.make(depth - 1)})`;
      case 10:
        return `$unsigned(${this.make(depth - 1)})`;
      default:
        return this.binary(this.pick(BINARY), depth - 1);
    }
  }

  /** A signal of at most `width` bits; a literal where there is none. */
  private narrow(width: number): string {
    const fitting = this.signals.filter((s) => s.width <= width);
    return fitting.length > 0 ? this.pick(fitting).name : "4'd11";
  }

  /** An expression for a process that waits with `@*`. */
  waited(depth: number): string {
    this.convert = false;
    const text = this.make(depth);
    this.convert = true;
    return text;
  }

  private binary(op: string, depth: number): string {
    const { random } = this;
    if (op === '/' || op === '%') {
      // Icarus 11 divides wrongly above 64 bits, so the width is kept out of the context.
      return `{${this.narrow(64)} ${op} (${this.narrow(64)} | 2'sd1)}`;
    }
    if (op === '**') {
      return `{${this.narrow(32)} ** ${random.below(2) ? `2'd${random.below(4)}` : `(${this.narrow(32)} & 1'b1)`}}`;
    }
    const right = this.make(depth);
    if (/<<|>>/.test(op))
      return `(${this.make(depth)} ${op} (${right} & 8'h${random.below(2) ? 'ff' : '1f'}))`;
    return `(${this.make(depth)} ${op} ${right})`;
  }
}
