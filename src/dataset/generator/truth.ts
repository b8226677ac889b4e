import { centre } from './sensor.js';

/** One number for each wafer. Angles in radians. */
function waferColumns(wafers: number) {
  return {
    layer: new Uint8Array(wafers),
    /** Wafer coordinates in the layer. */
    u: new Int8Array(wafers),
    v: new Int8Array(wafers),
    eta: new Float32Array(wafers),
    /** Direction from the beam to the wafer's centre in the frame of the trigger cells. */
    phi: new Float32Array(wafers),
    /** Sensor thickness, micrometres: 120 is high density (9 cells per trigger cell), 200 and 300 are low. */
    thickness: new Uint16Array(wafers),
    /** Index of `signalKinds`. */
    kind: new Uint8Array(wafers),
    /** Charge that the signal and the pile-up left in the sensor, in MIPs, before threshold and noise. */
    signalMips: new Float32Array(wafers),
    pileupMips: new Float32Array(wafers),
    /** Pile-up particles that were followed. */
    pileupParticles: new Uint16Array(wafers),
  };
}

/** One number for each signal particle. Positions in cm, in the frame of `triggerCells`; energies in GeV. */
function particleColumns(particles: number) {
  return {
    /** Index of `particleKinds`. */
    kind: new Uint8Array(particles),
    energy: new Float32Array(particles),
    /** Where its axis crosses the plane of the layer. */
    x: new Float32Array(particles),
    y: new Float32Array(particles),
  };
}

type WaferColumns = ReturnType<typeof waferColumns>;

/** What each wafer really was, one array per column. */
export interface GeneratorTruth extends Readonly<WaferColumns> {
  /** Signal particles of wafer i are rows firstParticle[i] .. firstParticle[i + 1] - 1 of `particles`. */
  readonly firstParticle: Uint32Array;
  readonly particles: Readonly<ReturnType<typeof particleColumns>>;
}

/** Collects the truth; particles of a wafer that is drawn again are forgotten. */
export class TruthWriter {
  private readonly columns: WaferColumns;
  private readonly first: Uint32Array;
  private list = particleColumns(1024);
  private rows = 0;
  private particles = 0;

  constructor(wafers: number) {
    this.columns = waferColumns(wafers);
    this.first = new Uint32Array(wafers + 1);
  }

  /** Adds a particle to the wafer that is being made. @param x cm from the wafer's centre */
  particle(kind: number, energy: number, x: number, y: number): void {
    const i = this.particles++;
    if (i === this.list.kind.length) this.list = this.copied(2 * i);
    const { list } = this;
    list.kind[i] = kind;
    list.energy[i] = energy;
    list.x[i] = x + centre.x;
    list.y[i] = y + centre.y;
  }

  /** Forgets the particles of the wafer that is being made. */
  drop(): void {
    this.particles = this.first[this.rows];
  }

  /** Ends a wafer. */
  row(row: { readonly [Column in keyof WaferColumns]: number }): void {
    const i = this.rows++;
    for (const name of Object.keys(row) as (keyof WaferColumns)[]) this.columns[name][i] = row[name];
    this.first[this.rows] = this.particles;
  }

  finish(): GeneratorTruth {
    return { ...this.columns, firstParticle: this.first, particles: this.copied(this.particles) };
  }

  /** The particles in columns of another length. */
  private copied(length: number): ReturnType<typeof particleColumns> {
    const copy = particleColumns(length);
    for (const name of Object.keys(copy) as (keyof typeof copy)[])
      copy[name].set(this.list[name].subarray(0, length));
    return copy;
  }
}
