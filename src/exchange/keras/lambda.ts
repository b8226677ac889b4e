import type { Config } from './config.js';

/** An index of Python: a range of an axis, or one place of it (which takes the axis away). */
export type Index = { readonly start?: number; readonly stop?: number; readonly step?: number } | number;

/** Instructions of Python 3.6 to 3.10, two bytes each. */
const LOAD_FAST = 124;
const LOAD_CONST = 100;
const BUILD_SLICE = 133;
const BUILD_TUPLE = 102;
const BINARY_SUBSCR = 25;
const RETURN_VALUE = 83;

const REMEDY =
  'Code in a model is not run. Only a pure slice like lambda x: x[:, 0:8, 0:8] is read. Save the model as a frozen graph (.pb) or as ONNX, or replace the Lambda with layers.';

/**
 * The slice that a Lambda layer takes: its marshalled code is read, not run, and everything but one slice of its argument is
 * refused.
 * @param given entry `function` of the config: [code in base64, defaults, closure], or an object of Keras 3
 */
export function lambdaSlice(given: unknown, config: Config): Index[] {
  const refuse = (why: string): Error => config.error(why, REMEDY);
  const { code, defaults, closure } = packedFunction(given);
  if (typeof code !== 'string') throw refuse(`holds the function ${JSON.stringify(given)?.slice(0, 60)}`);
  if ((defaults ?? null) !== null || (closure ?? null) !== null)
    throw refuse('holds code with values of its own');
  const parsed = readCode(Buffer.from(code, 'base64'));
  if (!parsed) throw refuse('holds code that is not read here');
  const stack: unknown[] = [];
  for (let at = 0; at + 1 < parsed.code.length; at += 2) {
    const [instruction, argument] = [parsed.code[at], parsed.code[at + 1]];
    if (instruction === LOAD_FAST && argument === 0) stack.push(ARGUMENT);
    else if (instruction === LOAD_CONST && argument < parsed.constants.length)
      stack.push(parsed.constants[argument]);
    else if (instruction === BUILD_SLICE && (argument === 2 || argument === 3)) {
      const [start, stop, step] = stack.splice(-argument);
      stack.push({ start, stop, step: step ?? undefined });
    } else if (instruction === BUILD_TUPLE) stack.push(stack.splice(-argument, argument));
    else if (instruction === BINARY_SUBSCR) {
      const [from, index] = stack.splice(-2);
      if (from !== ARGUMENT || !Array.isArray(index)) break;
      stack.push({ indices: index });
    } else if (instruction === RETURN_VALUE) {
      const result = stack.pop() as { indices?: unknown[] } | undefined;
      if (!result?.indices || stack.length > 0 || at + 2 !== parsed.code.length) break;
      return result.indices.map((index) => indexOf(index, refuse));
    } else break;
  }
  throw refuse('holds code that is more than one slice of its value');
}

/** Keras 2 writes a list, Keras 3 an object. */
function packedFunction(given: unknown): { code?: unknown; defaults?: unknown; closure?: unknown } {
  if (!Array.isArray(given)) return (given as { config?: object } | undefined)?.config ?? {};
  const [code, defaults, closure] = given;
  return { code, defaults, closure };
}

const ARGUMENT = Symbol('argument');

function indexOf(index: unknown, refuse: (why: string) => Error): Index {
  if (typeof index === 'number') return index;
  if (typeof index !== 'object' || index === null) throw refuse('holds an index that is no slice');
  return rangeIndex(index, () => refuse('holds a slice whose bounds are no integers'));
}

/** A slice with the bounds that are there. @param odd what a bound that is no number is answered with */
export function rangeIndex(index: object, odd: () => Error): Index {
  const { start, stop, step } = index as { start?: unknown; stop?: unknown; step?: unknown };
  const bound = (value: unknown): number | undefined => {
    if (value === null || value === undefined) return undefined;
    if (typeof value === 'number') return value;
    throw odd();
  };
  return { start: bound(start), stop: bound(stop), step: bound(step) };
}

/** Byte code and constants of a code object in Python's marshal format; undefined when it is anything else. */
function readCode(bytes: Buffer): { code: Buffer; constants: unknown[] } | undefined {
  try {
    const reader = new Marshal(bytes);
    if (reader.type() !== 'c') return undefined;
    // Arguments, of them positional only and by keyword only; variables, stack, flags: Python 3.8 to 3.10.
    for (const skipped of ['args', 'posonly', 'kwonly', 'locals', 'stack', 'flags'] as const) {
      const value = reader.int();
      if (skipped === 'args' && value !== 1) return undefined;
      if ((skipped === 'posonly' || skipped === 'kwonly') && value !== 0) return undefined;
    }
    const code = reader.value();
    const constants = reader.value();
    if (!Buffer.isBuffer(code) || !Array.isArray(constants)) return undefined;
    return { code, constants };
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

/** The little of marshal that such a function holds. Reading beyond the end is a RangeError. */
class Marshal {
  #at = 0;
  readonly #shared: unknown[] = [];

  constructor(readonly bytes: Buffer) {}

  /** A type without its mark that it is shared, which takes a place in the list. */
  type(): string {
    const byte = this.bytes.readUInt8(this.#at++);
    if (byte & 0x80) this.#shared.push(undefined);
    return String.fromCharCode(byte & 0x7f);
  }

  int(): number {
    this.#at += 4;
    return this.bytes.readInt32LE(this.#at - 4);
  }

  value(): unknown {
    const place = this.#shared.length;
    const shared = (this.bytes.readUInt8(this.#at) & 0x80) !== 0;
    const value = this.#plain(this.type());
    if (shared) this.#shared[place] = value;
    return value;
  }

  #plain(type: string): unknown {
    switch (type) {
      case 'N':
        return null;
      case 'i':
        return this.int();
      case 's':
        return this.#take(this.int());
      case ')':
        return Array.from({ length: this.bytes.readUInt8(this.#at++) }, () => this.value());
      case 'r':
        return this.#shared[this.int()];
      default:
        throw new RangeError(`type ${type}`);
    }
  }

  #take(length: number): Buffer {
    if (length < 0 || this.#at + length > this.bytes.length) throw new RangeError('cut short');
    this.#at += length;
    return this.bytes.subarray(this.#at - length, this.#at);
  }
}
