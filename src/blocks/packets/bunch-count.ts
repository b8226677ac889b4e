import { ORBIT } from '../link-input/parameters.js';

/**
 * The BX that a receiver believes in. A counter that says "first of the orbit" is followed at once, as the chip
 * follows a header of 9; when it comes out of turn and the counters after it speak against it, it is taken back.
 */
export class BunchCount {
  /** BX of the last packet, and what it would be without the last restart out of turn (-1: there was none). */
  private last: number;
  private otherwise = -1;
  /** Did the counter of the last packet differ from what its BX sends? */
  mismatch = false;

  /** @param code BX -> counter as the packet sends it; that of BX 0 stands for BX 0 alone */
  constructor(
    first: number,
    private readonly code: (bx: number) => number,
  ) {
    this.last = first - 1;
  }

  /** BX `ahead` packets after the last. */
  after(ahead: number): number {
    return (this.last + ahead) % ORBIT;
  }

  /** @returns the BX of the next packet, whose counter is this */
  take(counter: number): number {
    const next = this.after(1);
    this.mismatch = false;
    if (counter === this.code(next)) {
      // Two counters in a row agree with the restart: it was one.
      this.otherwise = -1;
      this.last = next;
    } else if (counter === this.code(0)) {
      this.otherwise = next;
      this.last = 0;
    } else if (this.takeBack(counter, 1)) this.last = this.after(1);
    else {
      this.mismatch = true;
      this.last = next;
      if (this.otherwise >= 0) this.otherwise = (this.otherwise + 1) % ORBIT;
    }
    return this.last;
  }

  /** @returns the BX of the next packet, whose counter was not seen */
  skip(): number {
    this.last = this.after(1);
    if (this.otherwise >= 0) this.otherwise = (this.otherwise + 1) % ORBIT;
    return this.last;
  }

  /** Is this the counter of the BX `ahead` of the last packet? The doubt about a restart is settled by the answer. */
  agrees(counter: number, ahead: number): boolean {
    return counter === this.code(this.after(ahead)) || this.takeBack(counter, ahead);
  }

  /** Takes the last restart back when the counter of the BX `ahead` speaks against it. */
  private takeBack(counter: number, ahead: number): boolean {
    if (this.otherwise < 0 || counter !== this.code((this.otherwise + ahead) % ORBIT)) return false;
    this.last = this.otherwise;
    this.otherwise = -1;
    return true;
  }
}
