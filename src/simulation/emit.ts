import type { Activity } from './activity.js';
import type { Graph } from './graph.js';
import { type EmitInput, type EmitWrite, type Layout, place } from './layout.js';
import { Op } from './operation.js';
import { Code, I, type WasmFunction, wasmModule } from './wasm.js';

export interface Emitted {
  readonly code: Uint8Array<ArrayBuffer>;
  readonly layout: Layout;
  readonly pages: number;
  readonly functionCount: number;
}

/** Functions of about this many nodes: engines compile them fast and keep values in registers. */
const NODES_PER_FUNCTION = 600;
const REGISTERS_PER_FUNCTION = 400;
/** Deepest expression without a local: keeps the recursion here and the engine's value stack small. */
const DEEPEST = 100;
/** Rounds after which asynchronous controls that keep changing are reported. */
const MOST_ROUNDS = 64;

/** Assigns every block's nodes to functions. */
function split(activity: Activity): number[][][] {
  return activity.blocks.map(({ nodes }) => {
    const parts: number[][] = [];
    const count = Math.max(1, Math.ceil(nodes.length / NODES_PER_FUNCTION));
    const size = Math.ceil(nodes.length / count);
    for (let at = 0; at < nodes.length; at += size) parts.push(nodes.slice(at, at + size));
    return parts;
  });
}

/**
 * Writes the WebAssembly of a design. Exports: `settle` (evaluate what changed, asynchronous controls included),
 * `commitK` (clock edge of domain K), `run` (n times settle and clock edge of domain 0).
 */
export function emit(input: EmitInput): Emitted {
  const { g, activity, kept } = input;
  const parts = split(activity);
  const functionOf = new Int32Array(g.length).fill(-1);
  let partCount = 0;
  for (const block of parts) {
    for (const part of block) {
      for (const n of part) functionOf[n] = partCount;
      partCount++;
    }
  }
  // Who uses a value: the same function (how often), or somebody else, who needs it in memory?
  const uses = new Int32Array(g.length);
  const crossing = kept.slice();
  activity.gateOf.forEach((group, n) => {
    if (group > 0) crossing[n] = 1;
  });
  for (let n = 0; n < g.length; n++) {
    if (functionOf[n] < 0) continue;
    g.operands(n, (o) => {
      if (functionOf[o] === functionOf[n]) uses[o]++;
      else crossing[o] = 1;
    });
    if (g.op[n] >= Op.DivU) {
      uses[g.a[n]]++; // guards against the divisors 0 and -1 read the operands again
      uses[g.b[n]]++;
    }
  }

  const layout = place(input, functionOf, crossing);
  const emitter = new Emitter(input, layout, functionOf, uses, crossing);
  const functions: WasmFunction[] = [];
  for (const block of parts) for (const part of block) functions.push(emitter.evaluation(part));
  const settleOnce = functions.length;
  functions.push(emitter.settleOnce(parts.map((p) => p.length)));
  const hasAsync = input.registers.some((r) => r.async !== undefined);
  const async = hasAsync ? emitter.addAsync(functions) : -1;
  const settle = functions.length;
  functions.push(settleAll(settleOnce, async, layout.unstable));
  const commits: number[] = [];
  for (let k = 0; k < input.domainCount; k++) commits.push(emitter.addCommit(functions, k));
  if (commits.length > 0) functions.push(run(settle, commits[0]));
  const pages = Math.ceil(layout.bytes / 65536);
  return { code: wasmModule(functions, pages), layout, pages, functionCount: functions.length };
}

class Emitter {
  private readonly g: Graph;
  private code = new Code();
  private locals = 0;
  private localOf = new Map<number, number>();
  private here = -1;
  /** Block of a node whose value is staged for a register. */
  private readonly blockOf: Int32Array;

  constructor(
    private readonly input: EmitInput,
    private readonly layout: Layout,
    private readonly functionOf: Int32Array,
    private readonly uses: Int32Array,
    private readonly crossing: Uint8Array,
  ) {
    this.g = input.g;
    this.blockOf = new Int32Array(this.g.length).fill(-1);
    input.activity.blocks.forEach(({ nodes }, b) => {
      for (const n of nodes) this.blockOf[n] = b;
    });
  }

  private begin(): void {
    this.code = new Code();
    this.locals = 0;
    this.localOf = new Map();
  }

  private get pendingBase(): number {
    return this.layout.marks + 4 * this.layout.markWords;
  }

  /** Evaluates a run of nodes; values that only one later node of the run reads are left to that node. */
  evaluation(part: readonly number[]): WasmFunction {
    const { g, uses, crossing, layout } = this;
    this.begin();
    this.here = this.functionOf[part[0]];
    const depth = new Map<number, number>();
    for (const n of part) {
      let deep = 0;
      g.operands(n, (o) => {
        if (this.functionOf[o] === this.here && !this.localOf.has(o))
          deep = Math.max(deep, depth.get(o) ?? 0);
      });
      depth.set(n, deep + 1);
      const local = uses[n] > 1 || (uses[n] === 1 && (crossing[n] === 1 || deep >= DEEPEST));
      if (!local && crossing[n] === 0) continue;
      if (crossing[n] === 1) this.code.constant(0);
      this.operation(n);
      if (local) {
        this.localOf.set(n, this.locals++);
        if (crossing[n] === 1) this.code.tee(this.locals - 1);
        else this.code.set(this.locals - 1);
      }
      if (crossing[n] === 1) this.code.store(layout.nodeAddress[n]);
    }
    return { type: 0, locals: this.locals, body: this.code };
  }

  private value(n: number): void {
    const { g, layout } = this;
    if (g.op[n] === Op.Const) {
      this.code.constant(g.a[n]);
      return;
    }
    const local = this.localOf.get(n);
    if (local !== undefined) this.code.get(local);
    else if (g.op[n] === Op.Source || this.functionOf[n] !== this.here)
      this.code.loadAt(layout.nodeAddress[n]);
    else this.operation(n);
  }

  private operation(n: number): void {
    const { g, code } = this;
    const op = g.op[n];
    const a = g.a[n];
    const b = g.b[n];
    switch (op) {
      case Op.Read:
        this.value(a);
        code.byte(I.load, 2).unsigned(this.layout.sourceAddress[g.c[n]] + b);
        return;
      case Op.Copy:
        this.value(a);
        return;
      case Op.MulHigh:
        this.value(a);
        code.byte(I.extendU64);
        this.value(b);
        code.byte(I.extendU64, I.mul64, I.const64, 32, I.shrU64, I.wrap64);
        return;
      case Op.Sext:
        this.value(a);
        if (b === 8) code.byte(I.extend8);
        else if (b === 16) code.byte(I.extend16);
        else
          code
            .constant(32 - b)
            .byte(I.shl)
            .constant(32 - b)
            .byte(I.shrS);
        return;
      case Op.Select:
        this.value(b);
        this.value(g.c[n]);
        this.value(a);
        code.byte(I.select);
        return;
      case Op.Popcount:
        this.value(a);
        code.byte(I.popcnt);
        return;
      case Op.DivU:
      case Op.RemU:
      case Op.DivS:
      case Op.RemS:
        this.division(op, a, b);
        return;
      case Op.Eq:
        this.value(a);
        if (g.value(b) === 0) {
          code.byte(I.eqz);
          return;
        }
        this.value(b);
        code.byte(I.eq);
        return;
      default:
        this.value(a);
        this.value(b);
        code.byte(BINARY[op]);
    }
  }

  /** Division traps for the divisor 0 and for -2^31 / -1 in WebAssembly. */
  private division(op: number, a: number, b: number): void {
    const { g, code } = this;
    const opcode = op === Op.DivU ? I.divU : op === Op.RemU ? I.remU : op === Op.DivS ? I.divS : I.remS;
    const minus = op === Op.DivS && g.lo[a] === -0x80000000 && g.lo[b] <= -1 && g.hi[b] >= -1;
    if (minus) {
      code.constant(0);
      this.value(a);
      code.byte(I.sub);
    }
    this.value(a);
    if (minus) {
      code.constant(1);
      this.value(b);
      this.value(b);
      code.constant(-1).byte(I.eq, I.select);
    } else this.value(b);
    this.value(b);
    code.byte(I.eqz, I.or, opcode); // the divisor 0 becomes 1, and the result is dropped
    if (minus) {
      this.value(b);
      code.constant(-1).byte(I.eq, I.select);
    }
    code.constant(0);
    this.value(b);
    code.byte(I.select);
  }

  /** One pass over all blocks: those with a marked group are evaluated, and their registers get ready to load. */
  settleOnce(partsPerBlock: readonly number[]): WasmFunction {
    const { marks, markWords, gateAddress, nodeAddress } = this.layout;
    const { blocks, gateOf } = this.input.activity;
    const code = new Code();
    for (let w = 0; w < markWords; w++) code.loadAt(marks + 4 * w).set(w);
    for (let w = 0; w < markWords; w++)
      code
        .constant(0)
        .constant(0)
        .store(marks + 4 * w);
    code.constant(0);
    for (let w = 0; w < markWords; w++) code.get(w).byte(I.or);
    code.byte(I.eqz, I.if, I.void, I.return, I.end);
    let part = 0;
    blocks.forEach(({ groups, nodes }, b) => {
      const words = new Map<number, number>();
      for (const group of groups) words.set(group >>> 5, (words.get(group >>> 5) ?? 0) | (1 << (group & 31)));
      let first = true;
      for (const [word, mask] of words) {
        code.get(word).constant(mask).byte(I.and);
        if (!first) code.byte(I.or);
        first = false;
      }
      code.byte(I.if, I.void);
      for (let i = 0; i < partsPerBlock[b]; i++) code.call(part++);
      code
        .constant(0)
        .constant(-1)
        .store(this.pendingBase + 4 * b);
      for (const n of nodes) {
        if (gateOf[n] === 0) continue;
        const old = gateAddress.get(n) as number;
        const word = gateOf[n] >>> 5;
        code.get(word).loadAt(nodeAddress[n]).loadAt(old).byte(I.xor);
        code
          .constant(gateOf[n] & 31)
          .byte(I.shl, I.or)
          .set(word);
        code.constant(0).loadAt(nodeAddress[n]).store(old);
      }
      code.byte(I.end);
    });
    return { type: 0, locals: markWords, body: code };
  }

  /** Loads registers from values in memory and marks the groups in which something changed. */
  private loads(registers: readonly { source: number; value: number }[], tellChange: boolean): WasmFunction {
    const { g, layout } = this;
    const { groupOf } = this.input.activity;
    const code = new Code();
    const changed = new Map<number, number>();
    let locals = 1; // local 0: the new value
    for (const { source, value } of registers) {
      const q = layout.sourceAddress[source];
      let acc = changed.get(groupOf[source]);
      if (acc === undefined) {
        acc = locals++;
        changed.set(groupOf[source], acc);
      }
      const constant = g.value(value);
      if (constant !== undefined) code.constant(constant);
      else code.loadAt(layout.nodeAddress[value]);
      code.tee(0).loadAt(q).byte(I.xor).get(acc).byte(I.or).set(acc);
      code.constant(0).get(0).store(q);
    }
    for (const [group, acc] of changed) this.markIf(code, group, () => code.get(acc));
    if (tellChange) {
      code.constant(0);
      for (const acc of changed.values()) code.get(acc).byte(I.or);
    }
    return { type: tellChange ? 2 : 0, locals, body: code };
  }

  private markIf(code: Code, group: number, condition: () => void): void {
    const address = this.layout.marks + 4 * (group >>> 5);
    condition();
    code.byte(I.if, I.void);
    code
      .constant(0)
      .loadAt(address)
      .constant(1 << (group & 31))
      .byte(I.or)
      .store(address);
    code.byte(I.end);
  }

  /** Function that lets active asynchronous controls act and returns whether that changed anything. */
  addAsync(functions: WasmFunction[]): number {
    const byCondition = new Map<number, { source: number; value: number }[]>();
    for (const { source, async } of this.input.registers) {
      if (async === undefined) continue;
      const list = byCondition.get(async.condition) ?? [];
      list.push({ source, value: async.value });
      byCondition.set(async.condition, list);
    }
    const code = new Code().constant(0).set(0);
    for (const [node, list] of byCondition) {
      const constant = this.g.value(node);
      if (constant === 0) continue;
      if (constant !== undefined) code.constant(constant);
      else code.loadAt(this.layout.nodeAddress[node]);
      code.byte(I.if, I.void);
      for (let at = 0; at < list.length; at += REGISTERS_PER_FUNCTION) {
        functions.push(this.loads(list.slice(at, at + REGISTERS_PER_FUNCTION), true));
        code
          .call(functions.length - 1)
          .get(0)
          .byte(I.or)
          .set(0);
      }
      code.byte(I.end);
    }
    code.get(0);
    functions.push({ type: 2, locals: 1, body: code });
    return functions.length - 1;
  }

  /** The clock edge of a domain: registers of evaluated blocks load, memories are written. */
  addCommit(functions: WasmFunction[], domain: number): number {
    const byBlock = new Map<number, { source: number; value: number }[]>();
    for (const r of this.input.registers) {
      if (r.domain !== domain) continue;
      const block = this.blockOf[r.next];
      const list = byBlock.get(block) ?? [];
      list.push({ source: r.source, value: r.next });
      byBlock.set(block, list);
    }
    const code = new Code();
    const bit = 1 << domain;
    for (const [block, list] of byBlock) {
      const pending = this.pendingBase + 4 * block;
      code.loadAt(pending).constant(bit).byte(I.and, I.if, I.void);
      for (let at = 0; at < list.length; at += REGISTERS_PER_FUNCTION) {
        functions.push(this.loads(list.slice(at, at + REGISTERS_PER_FUNCTION), false));
        code.call(functions.length - 1);
      }
      code.constant(0).loadAt(pending).constant(~bit).byte(I.and).store(pending);
      code.byte(I.end);
    }
    for (const write of this.input.writes) if (write.domain === domain) this.memoryWrite(code, write);
    functions.push({ type: 0, locals: 2, body: code, name: `commit${domain}` });
    return functions.length - 1;
  }

  private memoryWrite(code: Code, write: EmitWrite): void {
    const { g, layout } = this;
    const fetch = (n: number) => {
      const v = g.value(n);
      if (v !== undefined) code.constant(v);
      else code.loadAt(layout.nodeAddress[n]);
    };
    const base = layout.sourceAddress[write.source];
    write.mask.forEach((mask, i) => {
      if (g.value(mask) === 0) return;
      fetch(mask);
      code.byte(I.if, I.void);
      const row = () => {
        fetch(write.address);
        code.byte(I.load, 2).unsigned(base + 4 * i);
      };
      // old ^ ((old ^ data) & mask)
      row();
      fetch(write.data[i]);
      code.byte(I.xor);
      fetch(mask);
      code.byte(I.and).set(0);
      fetch(write.address);
      row();
      code
        .get(0)
        .byte(I.xor, I.store, 2)
        .unsigned(base + 4 * i);
      this.markIf(code, this.input.activity.groupOf[write.source], () => code.get(0));
      code.byte(I.end);
    });
  }
}

const BINARY: readonly number[] = (() => {
  const table = new Array<number>(32).fill(0);
  table[Op.Add] = I.add;
  table[Op.Sub] = I.sub;
  table[Op.Mul] = I.mul;
  table[Op.And] = I.and;
  table[Op.Or] = I.or;
  table[Op.Xor] = I.xor;
  table[Op.Shl] = I.shl;
  table[Op.ShrU] = I.shrU;
  table[Op.ShrS] = I.shrS;
  table[Op.Ne] = I.ne;
  table[Op.LtU] = I.ltU;
  table[Op.LtS] = I.ltS;
  return table;
})();

function settleAll(once: number, async: number, unstable: number): WasmFunction {
  const code = new Code();
  if (async < 0) code.call(once);
  else {
    code.constant(MOST_ROUNDS).set(0);
    code.byte(I.loop, I.void).call(once).call(async).byte(I.if, I.void);
    code.get(0).constant(1).byte(I.sub).tee(0).byte(I.brIf, 1);
    code.constant(0).constant(1).store(unstable);
    code.byte(I.end, I.end);
  }
  return { type: 0, locals: 1, body: code, name: 'settle' };
}

function run(settle: number, commit: number): WasmFunction {
  const code = new Code();
  code.byte(I.block, I.void).get(0).byte(I.eqz, I.brIf, 0);
  code.byte(I.loop, I.void).call(settle).call(commit);
  code.get(0).constant(1).byte(I.sub).tee(0).byte(I.brIf, 0, I.end, I.end);
  return { type: 1, locals: 0, body: code, name: 'run' };
}
