import type { Activity } from './activity.js';
import type { EmitInput, EmitWrite, Layout } from './layout.js';
import type { Shape } from './shape.js';
import { Code, I, type WasmFunction } from './wasm.js';
import { V } from './wasm-vector.js';

const REGISTERS_PER_FUNCTION = 400;

interface Load {
  readonly source: number;
  readonly value: number;
}

/** Registers that changed at so many edges in a row are loaded without looking at so many further ones. */
const STREAK = 24;
const RESTLESS = 255;

/** How a run of registers loads. */
interface LoadMode {
  /** The function returns whether something changed in any group, or in every one. */
  readonly tell?: 'any' | 'every';
  /** Pushes the lanes that load, as a mask; undefined: all. */
  readonly lanes?: (code: Code) => void;
}

/** Writes the functions that change state: clock edges, asynchronous controls, writes into memories. */
export class EdgeEmitter {
  private readonly activity: Activity;
  /** Block of a node whose value is staged for a register. */
  private readonly blockOf: Int32Array;

  constructor(
    private readonly input: EmitInput,
    private readonly layout: Layout,
    private readonly shape: Shape,
    /** Address of a further word of memory. */
    private readonly allocate: () => number,
  ) {
    this.activity = input.activity;
    this.blockOf = new Int32Array(input.g.length).fill(-1);
    this.activity.blocks.forEach(({ nodes }, b) => {
      for (const n of nodes) this.blockOf[n] = b;
    });
  }

  /** Loads registers from values in memory and marks the groups in which something changed. */
  private loads(registers: readonly Load[], { tell, lanes }: LoadMode): WasmFunction {
    const { layout, shape } = this;
    const { groupOf } = this.activity;
    const code = new Code();
    const changed = new Map<number, number>();
    // local 0: the new value or its difference to the old one, local 1: the lanes that load
    let locals = 2;
    if (lanes !== undefined) {
      lanes(code);
      code.set(1);
    }
    for (const { source, value } of registers) {
      const q = layout.sourceAddress[source];
      let acc = changed.get(groupOf[source]);
      if (acc === undefined) {
        acc = locals++;
        changed.set(groupOf[source], acc);
      }
      this.fetch(code, value);
      if (lanes === undefined) {
        code.tee(0);
        shape.load(code, q);
        shape.xor(code);
      } else {
        shape.load(code, q);
        shape.xor(code);
        code.get(1);
        shape.and(code);
        code.tee(0);
      }
      code.get(acc);
      shape.or(code);
      code.set(acc);
      code.constant(0).get(0);
      if (lanes !== undefined) {
        shape.load(code, q);
        shape.xor(code);
      }
      shape.store(code, q);
    }
    for (const [group, acc] of changed) {
      this.markIf(code, group, () => {
        code.get(acc);
        shape.any(code);
      });
    }
    if (tell !== undefined) {
      code.constant(tell === 'any' ? 0 : 1);
      for (const acc of changed.values()) {
        code.get(acc);
        shape.any(code);
        // as truth value: a scalar is any number
        code.byte(I.eqz, I.eqz, tell === 'any' ? I.or : I.and);
      }
    }
    return { type: tell === undefined ? 0 : 2, ...shape.locals(locals), body: code };
  }

  /** Loads registers without looking whether they change: all their groups are marked. */
  private plainLoads(registers: readonly Load[]): WasmFunction {
    const { layout, shape } = this;
    const code = new Code();
    const marks = new Map<number, number>();
    for (const { source, value } of registers) {
      code.constant(0);
      this.fetch(code, value);
      shape.store(code, layout.sourceAddress[source]);
      const group = this.activity.groupOf[source];
      const word = layout.marks + 4 * (group >>> 5);
      marks.set(word, (marks.get(word) ?? 0) | (1 << (group & 31)));
    }
    for (const [word, bits] of marks) code.mark(word, bits);
    return { type: 0, locals: 0, body: code };
  }

  /**
   * Loads registers, looking for changes only now and then while they change at every edge. Marks that are set in
   * vain cost an evaluation, never correctness.
   */
  private addAdaptiveLoads(functions: WasmFunction[], code: Code, registers: readonly Load[]): void {
    const count = this.allocate();
    functions.push(this.loads(registers, { tell: 'every' }), this.plainLoads(registers));
    const [looking, plain] = [functions.length - 2, functions.length - 1];
    code.constant(0).loadAt(count).byte(I.ltS, I.if, I.void).call(plain);
    code.constant(0).loadAt(count).constant(1).byte(I.sub).store(count);
    // Below 0 the word counts the streak.
    code.byte(I.else).constant(0);
    code.loadAt(count).constant(1).byte(I.sub).constant(RESTLESS);
    code.constant(-STREAK).loadAt(count).byte(I.ltS, I.select);
    code.call(looking).byte(I.mul).store(count).byte(I.end);
  }

  /** Pushes a kept value. */
  private fetch(code: Code, n: number): void {
    const constant = this.input.g.value(n);
    if (constant !== undefined) this.shape.constant(code, constant);
    else this.shape.load(code, this.layout.nodeAddress[n]);
  }

  private markIf(code: Code, group: number, condition: () => void): void {
    condition();
    code.byte(I.if, I.void);
    code.mark(this.layout.marks + 4 * (group >>> 5), 1 << (group & 31));
    code.byte(I.end);
  }

  /** Function that lets active asynchronous controls act and returns whether that changed anything. */
  addAsync(functions: WasmFunction[]): number {
    const { g, bits } = this.input;
    const byCondition = new Map<number, Load[]>();
    for (const { source, async } of this.input.registers) {
      if (async === undefined) continue;
      const list = byCondition.get(async.condition) ?? [];
      list.push({ source, value: async.value });
      byCondition.set(async.condition, list);
    }
    const code = new Code().constant(0).set(0);
    for (const [node, list] of byCondition) {
      if (g.value(node) === 0) continue;
      const lanes = (c: Code) => {
        this.fetch(c, node);
        if (bits) return;
        this.shape.constant(c, 0);
        c.vector(V.ne);
      };
      this.fetch(code, node);
      this.shape.any(code);
      code.byte(I.if, I.void);
      for (const part of runs(list)) {
        const load = this.loads(part, { tell: 'any', lanes: this.shape.lanes === 1 ? undefined : lanes });
        code.call(functions.push(load) - 1).get(0);
        code.byte(I.or).set(0);
      }
      code.byte(I.end);
    }
    code.get(0);
    return functions.push({ type: 2, locals: 1, body: code }) - 1;
  }

  /** The clock edge of a domain: registers of evaluated blocks load, memories are written. */
  addCommit(functions: WasmFunction[], domain: number): number {
    const { layout, shape } = this;
    const byBlock = new Map<number, Load[]>();
    for (const r of this.input.registers) {
      if (r.domain !== domain) continue;
      const block = this.blockOf[r.next];
      const list = byBlock.get(block) ?? [];
      list.push({ source: r.source, value: r.next });
      byBlock.set(block, list);
    }
    const code = new Code();
    const bit = 1 << domain;
    const masked = this.input.laneClocks;
    // Where changes are counted they are of interest, and time with unit delays ends when there are none.
    const looking = masked || this.input.toggles;
    const lanes = masked ? (c: Code) => shape.load(c, layout.edges + shape.bytes * domain) : undefined;
    for (const [block, list] of byBlock) {
      const pending = layout.pending + 4 * block;
      code.loadAt(pending).constant(bit).byte(I.and, I.if, I.void);
      for (const part of runs(list)) {
        if (looking) {
          code.call(functions.push(this.loads(part, { lanes })) - 1);
        } else this.addAdaptiveLoads(functions, code, part);
      }
      // Lanes that had no edge still wait for their values.
      if (!masked) code.constant(0).loadAt(pending).constant(~bit).byte(I.and).store(pending);
      code.byte(I.end);
    }
    for (const write of this.input.writes) {
      if (write.domain !== domain) continue;
      for (let lane = 0; lane < shape.lanes; lane++) this.memoryWrite(code, write, lane, masked);
    }
    return functions.push({ type: 0, locals: 2, body: code, name: `commit${domain}` }) - 1;
  }

  private memoryWrite(code: Code, write: EmitWrite, lane: number, masked: boolean): void {
    const { layout, shape } = this;
    const { g, activity } = this.input;
    const fetch = (n: number) => {
      const v = g.value(n);
      if (v !== undefined) code.constant(v);
      else code.loadAt(layout.nodeAddress[n] + 4 * lane);
    };
    const address = () => {
      fetch(write.address);
      if (shape.lanes > 1) code.constant(2).byte(I.shl);
    };
    if (masked) code.loadAt(layout.edges + shape.bytes * write.domain + 4 * lane).byte(I.if, I.void);
    write.mask.forEach((mask, i) => {
      if (g.value(mask) === 0) return;
      const offset = layout.sourceAddress[write.source] + shape.bytes * i + 4 * lane;
      fetch(mask);
      code.byte(I.if, I.void);
      const row = () => {
        address();
        code.byte(I.load, 2).unsigned(offset);
      };
      // old ^ ((old ^ data) & mask)
      row();
      fetch(write.data[i]);
      code.byte(I.xor);
      fetch(mask);
      code.byte(I.and).set(0);
      address();
      row();
      code.get(0).byte(I.xor, I.store, 2).unsigned(offset);
      this.markIf(code, activity.groupOf[write.source], () => code.get(0));
      code.byte(I.end);
    });
    if (masked) code.byte(I.end);
  }
}

function runs(list: readonly Load[]): Load[][] {
  const out: Load[][] = [];
  for (let at = 0; at < list.length; at += REGISTERS_PER_FUNCTION) {
    out.push(list.slice(at, at + REGISTERS_PER_FUNCTION));
  }
  return out;
}
