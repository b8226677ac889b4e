/** The few parts of the WebAssembly binary format (core specification 1.0, chapter 5) that the emitter needs. */
export const I = {
  block: 0x02,
  loop: 0x03,
  if: 0x04,
  else: 0x05,
  end: 0x0b,
  br: 0x0c,
  brIf: 0x0d,
  return: 0x0f,
  call: 0x10,
  select: 0x1b,
  localGet: 0x20,
  localSet: 0x21,
  localTee: 0x22,
  load: 0x28,
  store: 0x36,
  const: 0x41,
  eqz: 0x45,
  eq: 0x46,
  ne: 0x47,
  ltS: 0x48,
  ltU: 0x49,
  popcnt: 0x69,
  add: 0x6a,
  sub: 0x6b,
  mul: 0x6c,
  divS: 0x6d,
  divU: 0x6e,
  remS: 0x6f,
  remU: 0x70,
  and: 0x71,
  or: 0x72,
  xor: 0x73,
  shl: 0x74,
  shrS: 0x75,
  shrU: 0x76,
  extend8: 0xc0,
  extend16: 0xc1,
  wrap64: 0xa7,
  mul64: 0x7e,
  shrU64: 0x88,
  const64: 0x42,
  extendU64: 0xad,
  void: 0x40,
  i32: 0x7f,
  v128: 0x7b,
} as const;

/** A growing byte buffer with the number formats of WebAssembly. */
export class Code {
  private bytes: Uint8Array;
  length = 0;

  constructor(capacity = 4096) {
    this.bytes = new Uint8Array(capacity);
  }

  byte(...values: number[]): this {
    for (const v of values) {
      if (this.length === this.bytes.length) {
        const wider = new Uint8Array(this.bytes.length * 2);
        wider.set(this.bytes);
        this.bytes = wider;
      }
      this.bytes[this.length++] = v;
    }
    return this;
  }

  unsigned(v: number): this {
    let rest = v;
    do {
      const low = rest % 128;
      rest = Math.floor(rest / 128);
      this.byte(rest > 0 ? low | 128 : low);
    } while (rest > 0);
    return this;
  }

  signed(v: number): this {
    let rest = v | 0;
    for (;;) {
      const low = rest & 127;
      rest >>= 7;
      const done = (rest === 0 && (low & 64) === 0) || (rest === -1 && (low & 64) !== 0);
      this.byte(done ? low : low | 128);
      if (done) return this;
    }
  }

  append(other: Code): this {
    const need = this.length + other.length;
    if (need > this.bytes.length) {
      const wider = new Uint8Array(2 ** Math.ceil(Math.log2(need + 1)));
      wider.set(this.bytes);
      this.bytes = wider;
    }
    this.bytes.set(other.bytes.subarray(0, other.length), this.length);
    this.length = need;
    return this;
  }

  finish(): Uint8Array<ArrayBuffer> {
    return this.bytes.slice(0, this.length);
  }

  text(s: string): this {
    const utf8 = Buffer.from(s);
    return this.unsigned(utf8.length).byte(...utf8);
  }

  // Instructions with an operand.
  constant(v: number): this {
    return this.byte(I.const).signed(v);
  }

  /** Loads the word at a fixed byte address. */
  loadAt(address: number): this {
    return this.byte(I.const, 0, I.load, 2).unsigned(address);
  }

  /** Stores a word, whose address 0 lies under it on the stack, at `offset`. */
  store(offset: number): this {
    return this.byte(I.store, 2).unsigned(offset);
  }

  /** Stores a number at a fixed byte address. */
  put(address: number, v: number): this {
    return this.constant(0).constant(v).store(address);
  }

  /** Sets bits of the word at a fixed byte address. */
  mark(address: number, bits: number): this {
    return this.constant(0).loadAt(address).constant(bits).byte(I.or).store(address);
  }

  get(local: number): this {
    return this.byte(I.localGet).unsigned(local);
  }

  set(local: number): this {
    return this.byte(I.localSet).unsigned(local);
  }

  tee(local: number): this {
    return this.byte(I.localTee).unsigned(local);
  }

  call(f: number): this {
    return this.byte(I.call).unsigned(f);
  }

  /** A SIMD instruction; `more` are bytes that follow it (a lane, an alignment). */
  vector(instruction: number, ...more: number[]): this {
    return this.byte(0xfd)
      .unsigned(instruction)
      .byte(...more);
  }
}

/**
 * A function: type (0: () -> (), 1: (i32) -> (), 2: () -> i32), number of i32 locals, then of v128 locals, body
 * without `end`.
 */
export interface WasmFunction {
  readonly type: 0 | 1 | 2;
  readonly locals: number;
  readonly vectors?: number;
  readonly body: Code;
  readonly name?: string;
}

/** A module of functions over one imported memory (`env.memory`); functions with a name are exported. */
export function wasmModule(functions: readonly WasmFunction[], pages: number): Uint8Array<ArrayBuffer> {
  const section = (out: Code, id: number, content: Code) =>
    out.byte(id).unsigned(content.length).append(content);
  const out = new Code().byte(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0);
  section(out, 1, new Code().unsigned(3).byte(0x60, 0, 0).byte(0x60, 1, I.i32, 0).byte(0x60, 0, 1, I.i32));
  section(out, 2, new Code().unsigned(1).text('env').text('memory').byte(2, 0).unsigned(pages));
  const types = new Code().unsigned(functions.length);
  for (const f of functions) types.unsigned(f.type);
  section(out, 3, types);
  const named = functions.map((f, i) => ({ f, i })).filter(({ f }) => f.name !== undefined);
  const exports = new Code().unsigned(named.length);
  for (const { f, i } of named)
    exports
      .text(f.name as string)
      .byte(0)
      .unsigned(i);
  section(out, 7, exports);
  const bodies = new Code().unsigned(functions.length);
  for (const { locals, vectors = 0, body } of functions) {
    const code = new Code(body.length + 32);
    code.unsigned((locals > 0 ? 1 : 0) + (vectors > 0 ? 1 : 0));
    if (locals > 0) code.unsigned(locals).byte(I.i32);
    if (vectors > 0) code.unsigned(vectors).byte(I.v128);
    code.append(body).byte(I.end);
    bodies.unsigned(code.length).append(code);
  }
  section(out, 10, bodies);
  return out.finish();
}
