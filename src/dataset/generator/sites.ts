import { cellsOfType, modulePitches, modules } from '../../detector/index.js';
import { layers } from './layers.js';
import { cornerRadius, type Sensor, sensors } from './sensor.js';
import { badSetting, type GeneratorSettings } from './settings.js';

/** A module of the detector where a wafer can be. */
export interface Site {
  readonly layer: number;
  readonly u: number;
  readonly v: number;
  /** Distance of its centre from the beam and from the collision point along the beam, cm. */
  readonly r: number;
  readonly z: number;
  readonly eta: number;
  readonly sensor: Sensor;
  /** Trigger cells that a partial wafer keeps, or all of a full one. */
  readonly keeps: number;
  /** A partial wafer at the hole around the beam, not at the outer edge. */
  readonly innerEdge: boolean;
}

/** Distance of neighbouring wafers: flat to flat plus the gap, cm. */
const waferPitch = Math.sqrt(3) * cornerRadius + 0.1;

/** The modules that the settings ask for. */
export function chooseSites(settings: GeneratorSettings): Site[] {
  const wanted = new Set(settings.layers);
  const sites: Site[] = [];
  for (const { layer, u, v, density, type } of modules()) {
    if (!wanted.has(layer)) continue;
    const keeps = cellsOfType(type);
    if (!type.startsWith('F') && !settings.partialWafers) continue;
    const r = waferPitch * modulePitches({ u, v });
    const z = layers[layer].z;
    const eta = Math.asinh(z / r);
    if (eta < settings.eta[0] || eta > settings.eta[1]) continue;
    const sensor = density === 'high' ? sensors[0] : type.endsWith('M') ? sensors[1] : sensors[2];
    sites.push({ layer, u, v, r, z, eta, sensor, keeps, innerEdge: type.endsWith('I') });
  }
  if (sites.length === 0) {
    throw badSetting(
      'eta',
      `no module of layer ${settings.layers.join(', ')} has |eta| from ${settings.eta[0]} to ${settings.eta[1]}`,
    );
  }
  return sites;
}
