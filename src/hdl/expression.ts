import { hdlError } from './errors.js';

/** A port or wire of the module that is being built. It gets its name at the latest when the module is finished. */
export interface Signal {
  /** Name of the module it belongs to. */
  readonly module: string;
  readonly width: number;
  /** Who drives it, for errors: an instance and its port, or an input of the module. */
  readonly from: string;
  name?: string;
  note?: string;
}

/** Bits lsb .. lsb + width - 1 of a signal. */
export interface Bits {
  readonly kind: 'bits';
  readonly width: number;
  readonly signal: Signal;
  readonly lsb: number;
}

/** A number of so many bits. */
export interface Constant {
  readonly kind: 'constant';
  readonly width: number;
  readonly value: bigint;
  readonly base: 'b' | 'd' | 'h';
}

/** What can drive an input: every expression knows its width and the signals that it reads. */
export type Expression =
  | Bits
  | Constant
  | {
      readonly kind: 'concat';
      readonly width: number;
      readonly parts: readonly Expression[];
      /** So many times the parts. */
      readonly times?: number;
    }
  | {
      readonly kind: 'logic';
      readonly width: number;
      readonly strings: readonly string[];
      readonly parts: readonly Expression[];
    };

/** All bits of a signal. */
export function whole(signal: Signal): Bits {
  return { kind: 'bits', width: signal.width, signal, lsb: 0 };
}

/** Is it one whole signal? */
export function isWhole(e: Expression): e is Bits {
  return e.kind === 'bits' && e.width === e.signal.width;
}

/** Bits lsb .. lsb + width - 1 of a signal or of a part of it. @throws EconError hdl/range */
export function bits(e: Expression, lsb: number, width: number): Bits {
  if (e.kind !== 'bits') throw hdlError('hdl/range', printed(e), 'only a signal has bits that can be taken.');
  if (lsb < 0 || width < 1 || lsb + width > e.width)
    throw hdlError('hdl/range', printed(e), `bits ${lsb + width - 1}..${lsb} of ${e.width} do not exist.`);
  return { ...e, lsb: e.lsb + lsb, width };
}

/** A sized constant; one bit prints as 1'b1, up to 16 bits in decimal, wider ones in hexadecimal. */
export function constant(width: number, value: number | bigint, base?: 'b' | 'd' | 'h'): Constant {
  const v = BigInt(value);
  if (v < 0n || v >> BigInt(width) !== 0n)
    throw hdlError('hdl/width', 'constant', `${value} does not fit into ${width} bits.`);
  return { kind: 'constant', width, value: v, base: base ?? (width === 1 ? 'b' : width <= 16 ? 'd' : 'h') };
}

/** Parts side by side, the most significant first; neighbouring bits of one signal become one slice. */
export function cat(...parts: readonly Expression[]): Expression {
  const merged: Expression[] = [];
  for (const part of parts.flatMap((p) => (p.kind === 'concat' && p.times === undefined ? p.parts : [p]))) {
    const last = merged.at(-1);
    if (
      last?.kind === 'bits' &&
      part.kind === 'bits' &&
      last.signal === part.signal &&
      last.lsb === part.lsb + part.width
    )
      merged[merged.length - 1] = { ...part, width: last.width + part.width };
    else merged.push(part);
  }
  if (merged.length === 1) return merged[0];
  return { kind: 'concat', width: merged.reduce((n, p) => n + p.width, 0), parts: merged };
}

/** So many times the same bits. */
export function repeated(times: number, e: Expression): Expression {
  return times === 1 ? e : { kind: 'concat', width: times * e.width, parts: [e], times };
}

/** An operation in Verilog's words, of this width: logic(1)`${a} & ~${b}`. */
export function logic(width: number): (strings: TemplateStringsArray, ...parts: Expression[]) => Expression {
  return (strings, ...parts) => ({ kind: 'logic', width, strings, parts });
}

/** Equally wide parts with an operator between them: joined('|', errors). @throws EconError hdl/width */
export function joined(operator: '|' | '&' | '^', parts: readonly Expression[]): Expression {
  if (parts.length === 1) return parts[0];
  for (const part of parts) sameWidth(part, parts[0]);
  const strings = ['', ...parts.slice(1).map(() => ` ${operator} `), ''];
  return { kind: 'logic', width: parts[0].width, strings, parts };
}

/** condition ? yes : no. @throws EconError hdl/width */
export function choose(condition: Expression, yes: Expression, no: Expression): Expression {
  sameWidth(yes, no);
  return logic(yes.width)`${condition} ? ${yes} : ${no}`;
}

/** One bit: is it this number? */
export function equals(e: Expression, value: number): Expression {
  return logic(1)`${e} == ${constant(e.width, value)}`;
}

/** One bit: is any of them 1? */
export function anyBit(e: Expression): Expression {
  return e.width === 1 ? e : logic(1)`|${e}`;
}

function sameWidth(a: Expression, b: Expression): void {
  if (a.width !== b.width)
    throw hdlError('hdl/width', `${printed(a)}, ${printed(b)}`, `${a.width} bits beside ${b.width} bits.`);
}

/** The bits of signals that an expression reads. */
export function readsOf(e: Expression): readonly Bits[] {
  if (e.kind === 'bits') return [e];
  return e.kind === 'constant' ? [] : e.parts.flatMap(readsOf);
}

/** Digits of a constant in one piece, so that every line can be broken. */
const PIECE = 256;

function pieces({ width, value }: Constant): Constant[] {
  if (width <= PIECE) return [constant(width, value, 'h')];
  return [
    ...pieces(constant(width - PIECE, value >> BigInt(PIECE))),
    constant(PIECE, value & ((1n << BigInt(PIECE)) - 1n)),
  ];
}

function braces(parts: readonly Expression[], times: number | undefined): string {
  const list = `{${parts.map(printed).join(', ')}}`;
  return times === undefined ? list : `{${times}${list}}`;
}

/** As Verilog. */
export function printed(e: Expression): string {
  switch (e.kind) {
    case 'bits': {
      const name = e.signal.name ?? e.signal.from;
      if (e.width === e.signal.width) return name;
      return e.width === 1 ? `${name}[${e.lsb}]` : `${name}[${e.lsb + e.width - 1}:${e.lsb}]`;
    }
    case 'constant': {
      const radix = { b: 2, d: 10, h: 16 }[e.base];
      if (e.value >> BigInt(PIECE) === 0n) return `${e.width}'${e.base}${e.value.toString(radix)}`;
      return braces(pieces(e), undefined);
    }
    case 'concat':
      return braces(e.parts, e.times);
    case 'logic':
      return e.strings.reduce((text, s, i) => {
        const part = e.parts[i - 1];
        return `${text}${part.kind === 'logic' ? `(${printed(part)})` : printed(part)}${s}`;
      });
  }
}
