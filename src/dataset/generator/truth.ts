import { centre } from './sensor.js';

/** What each wafer really was, one array per column. Positions in cm, in the frame of `triggerCells`; energies in GeV. */
export interface GeneratorTruth {
  readonly layer: Uint8Array;
  /** Wafer coordinates in the layer. */
  readonly u: Int8Array;
  readonly v: Int8Array;
  readonly eta: Float32Array;
  /** Direction from the beam to the wafer's centre in the frame of the trigger cells, radians. */
  readonly phi: Float32Array;
  /** Sensor thickness, micrometres: 120 is high density (9 cells per trigger cell), 200 and 300 are low. */
  readonly thickness: Uint16Array;
  /** Index of `signalKinds`. */
  readonly kind: Uint8Array;
  /** Charge that the signal and the pile-up left in the sensor, in MIPs, before threshold and noise. */
  readonly signalMips: Float32Array;
  readonly pileupMips: Float32Array;
  /** Pile-up particles that were followed. */
  readonly pileupParticles: Uint16Array;
  /** Signal particles of wafer i are rows firstParticle[i] .. firstParticle[i + 1] - 1 of `particles`. */
  readonly firstParticle: Uint32Array;
  readonly particles: {
    /** Index of `particleKinds`. */
    readonly kind: Uint8Array;
    readonly energy: Float32Array;
    /** Where its axis crosses the plane of the layer. */
    readonly x: Float32Array;
    readonly y: Float32Array;
  };
}

/** One row of the truth without its particles. */
export interface TruthRow {
  readonly layer: number;
  readonly u: number;
  readonly v: number;
  readonly eta: number;
  readonly phi: number;
  readonly thickness: number;
  readonly kind: number;
  readonly signalMips: number;
  readonly pileupMips: number;
  readonly pileupParticles: number;
}

/** Collects the truth; particles of a wafer that is drawn again are forgotten. */
export class TruthWriter {
  private readonly columns;
  private readonly first: Uint32Array;
  private particleKind = new Uint8Array(1024);
  private energy = new Float32Array(1024);
  private x = new Float32Array(1024);
  private y = new Float32Array(1024);
  private rows = 0;
  private particles = 0;

  constructor(wafers: number) {
    this.columns = {
      layer: new Uint8Array(wafers),
      u: new Int8Array(wafers),
      v: new Int8Array(wafers),
      eta: new Float32Array(wafers),
      phi: new Float32Array(wafers),
      thickness: new Uint16Array(wafers),
      kind: new Uint8Array(wafers),
      signalMips: new Float32Array(wafers),
      pileupMips: new Float32Array(wafers),
      pileupParticles: new Uint16Array(wafers),
    };
    this.first = new Uint32Array(wafers + 1);
  }

  /** Adds a particle to the wafer that is being made. */
  particle(kind: number, energy: number, x: number, y: number): void {
    const i = this.particles++;
    if (i === this.energy.length) this.grow();
    this.particleKind[i] = kind;
    this.energy[i] = energy;
    this.x[i] = x + centre.x;
    this.y[i] = y + centre.y;
  }

  /** Forgets the particles of the wafer that is being made. */
  drop(): void {
    this.particles = this.first[this.rows];
  }

  /** Ends a wafer. */
  row(row: TruthRow): void {
    const i = this.rows++;
    const c = this.columns;
    c.layer[i] = row.layer;
    c.u[i] = row.u;
    c.v[i] = row.v;
    c.eta[i] = row.eta;
    c.phi[i] = row.phi;
    c.thickness[i] = row.thickness;
    c.kind[i] = row.kind;
    c.signalMips[i] = row.signalMips;
    c.pileupMips[i] = row.pileupMips;
    c.pileupParticles[i] = row.pileupParticles;
    this.first[this.rows] = this.particles;
  }

  finish(): GeneratorTruth {
    const n = this.particles;
    return {
      ...this.columns,
      firstParticle: this.first,
      particles: {
        kind: this.particleKind.slice(0, n),
        energy: this.energy.slice(0, n),
        x: this.x.slice(0, n),
        y: this.y.slice(0, n),
      },
    };
  }

  private grow(): void {
    const length = 2 * this.energy.length;
    const larger = (column: Float32Array) => {
      const copy = new Float32Array(length);
      copy.set(column);
      return copy;
    };
    const kinds = new Uint8Array(length);
    kinds.set(this.particleKind);
    this.particleKind = kinds;
    this.energy = larger(this.energy);
    this.x = larger(this.x);
    this.y = larger(this.y);
  }
}
