import { type CellMap, MAX_CELLS } from './sensor.js';

/** What takes the deposits of showers. */
export interface Deposits {
  /** Adds a deposit at (x, y), cm from the wafer's centre. */
  add(x: number, y: number, mips: number): void;
}

/** Charge in the cells of one wafer, in MIPs, and what went into it. Reused from wafer to wafer. */
export class WaferCharge implements Deposits {
  readonly mips = new Float64Array(MAX_CELLS);
  /** Sum of everything added inside the sensor since `clear`. */
  total = 0;
  /** Multiplies what is added: charge of an earlier crossing is seen only in part. */
  weight = 1;
  private map: CellMap | undefined;

  clear(map: CellMap): void {
    this.mips.fill(0);
    this.total = 0;
    this.weight = 1;
    this.map = map;
  }

  /** Outside the sensor it is lost. */
  add(x: number, y: number, mips: number): void {
    const cell = this.map?.at(x, y) ?? -1;
    if (cell < 0) return;
    const seen = mips * this.weight;
    this.mips[cell] += seen;
    this.total += seen;
  }
}
