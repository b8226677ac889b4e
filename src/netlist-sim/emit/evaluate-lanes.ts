import { Op } from '../graph/operation.js';
import { division, Evaluator, PLAIN } from './evaluate.js';
import { I, type WasmFunction } from './wasm.js';
import { V } from './wasm-vector.js';

/** Four lanes: operations on i32x4; what SIMD does not have is done lane by lane. */
export class LaneEvaluator extends Evaluator {
  /** Condition -> local that holds it as mask in this function. */
  private readonly masks = new Map<number, number>();

  override evaluation(part: readonly number[]): WasmFunction {
    this.masks.clear();
    return super.evaluation(part);
  }

  protected operation(n: number): void {
    const { g, code } = this;
    const op = g.op[n];
    const a = g.a[n];
    const b = g.b[n];
    const constant = g.value(b);
    switch (op) {
      case Op.Read:
        this.read(n);
        return;
      case Op.Copy:
        this.value(a);
        return;
      case Op.MulHigh:
        for (const half of [V.mulLow64, V.mulHigh64]) {
          this.value(a);
          this.value(b);
          code.vector(half);
        }
        // the upper words of the four 64-bit products
        code.vector(V.shuffle, ...[4, 12, 20, 28].flatMap((i) => [i, i + 1, i + 2, i + 3]));
        return;
      case Op.Sext:
        this.value(a);
        for (const shift of [V.shl, V.shrS]) code.constant(32 - b).vector(shift);
        return;
      case Op.Eq:
      case Op.Ne:
      case Op.LtU:
      case Op.LtS:
        this.compare(n);
        code.vector(V.neg); // true is 1
        return;
      case Op.Select:
        if (constant === 0) {
          this.value(g.c[n]);
          this.mask(a);
          code.vector(V.andNot);
          return;
        }
        this.value(b);
        if (g.value(g.c[n]) !== 0) this.value(g.c[n]);
        this.mask(a);
        code.vector(g.value(g.c[n]) === 0 ? V.and : V.bitselect);
        return;
      case Op.Popcount:
        this.value(a);
        code.vector(V.popcount8).vector(V.addPairs8).vector(V.addPairs16);
        return;
      case Op.DivU:
      case Op.RemU:
      case Op.DivS:
      case Op.RemS:
        this.laneByLane((lane) => division(g, code, n, (operand) => this.lane(operand, lane)));
        return;
      case Op.Shl:
      case Op.ShrU:
      case Op.ShrS:
        if (constant === undefined) {
          this.laneByLane((lane) => {
            this.lane(a, lane);
            this.lane(b, lane);
            code.byte(PLAIN[op]);
          });
          return;
        }
        this.value(a);
        code.constant(constant).vector(VECTOR[op]);
        return;
      default:
        this.value(a);
        this.value(b);
        code.vector(VECTOR[op]);
    }
  }

  /** Pushes all ones in the lanes where the condition holds. */
  private mask(n: number): void {
    const known = this.masks.get(n);
    if (known !== undefined) {
      this.code.get(known);
      return;
    }
    this.newMask(n);
    if (!this.isShared(n)) return;
    const local = this.newLocal();
    this.masks.set(n, local);
    this.code.tee(local);
  }

  private newMask(n: number): void {
    const { g, code } = this;
    const op = g.op[n];
    const comparison = op === Op.Eq || op === Op.Ne || op === Op.LtU || op === Op.LtS;
    if (comparison && this.inlined(n)) {
      this.compare(n);
      return;
    }
    this.value(n);
    if ((g.ones[n] & ~1) === 0) code.vector(V.neg);
    else {
      this.shape.constant(code, 0);
      code.vector(V.ne);
    }
  }

  /** A comparison as mask. */
  private compare(n: number): void {
    const { g, code } = this;
    const a = g.a[n];
    const b = g.b[n];
    this.value(a);
    this.value(b);
    // Unsigned comparisons take three times longer than signed ones.
    const small = g.lo[a] >= 0 && g.lo[b] >= 0;
    code.vector(g.op[n] === Op.LtU && small ? V.ltS : VECTOR[g.op[n]]);
  }

  /** One lane of a node as i32. */
  private lane(n: number, lane: number): void {
    const constant = this.g.value(n);
    if (constant !== undefined) this.code.constant(constant);
    else {
      this.value(n);
      this.code.vector(V.extractLane, lane);
    }
  }

  private laneByLane(push: (lane: number) => void): void {
    this.shape.constant(this.code, 0);
    for (let lane = 0; lane < 4; lane++) {
      push(lane);
      this.code.vector(V.replaceLane, lane);
    }
  }

  /** The words of a memory lie lane beside lane, so that byte address x of a lane is 4 x + 4 lane. */
  private read(n: number): void {
    const { g, code } = this;
    const base = this.layout.sourceAddress[g.c[n]] + 4 * g.b[n];
    for (let lane = 3; lane >= 0; lane--) {
      this.lane(g.a[n], lane);
      code.constant(2).byte(I.shl);
    }
    this.shape.constant(code, 0);
    for (let lane = 0; lane < 4; lane++) {
      code
        .vector(V.loadLane, 2)
        .unsigned(base + 4 * lane)
        .byte(lane);
    }
  }
}

const VECTOR: Readonly<Record<number, number>> = {
  [Op.Add]: V.add,
  [Op.Sub]: V.sub,
  [Op.Mul]: V.mul,
  [Op.And]: V.and,
  [Op.Or]: V.or,
  [Op.Xor]: V.xor,
  [Op.Shl]: V.shl,
  [Op.ShrU]: V.shrU,
  [Op.ShrS]: V.shrS,
  [Op.Eq]: V.eq,
  [Op.Ne]: V.ne,
  [Op.LtU]: V.ltU,
  [Op.LtS]: V.ltS,
};
