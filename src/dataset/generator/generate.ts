import { atOnce, type Pieces, type Progress, Random, silent } from '../../base/index.js';
import { moduleNumber, triggerCells } from '../../detector/index.js';
import { type WaferBatch, wafers } from '../row/batch.js';
import type { Stand } from './particles.js';
import { addPileup } from './pileup.js';
import { readOut } from './readout.js';
import { cellMap, centre } from './sensor.js';
import { badSetting, checkGeneratorSettings, type GeneratorSettings } from './settings.js';
import { addSignal } from './signal.js';
import { chooseSites, type Site } from './sites.js';
import { type GeneratorTruth, TruthWriter } from './truth.js';
import { WaferCharge } from './wafer-charge.js';

/** Draws of one wafer before we say that the settings give only empty ones. */
const mostDraws = 10_000;
/** Wafers between two reports of progress. */
const reportEvery = 500;

export interface GeneratedWafers {
  readonly batch: WaferBatch;
  readonly truth: GeneratorTruth;
}

/**
 * Makes wafers from physics: modules of the real detector, particles through them, electronics.
 * The same settings give the same bytes; the first n wafers do not depend on how many follow.
 * @throws EconError dataset/bad-generator-settings
 */
export function generateWafers(settings: GeneratorSettings, progress?: Progress): GeneratedWafers {
  return atOnce(generateInPieces(settings, progress));
}

/** As generateWafers, for work that can be interrupted. */
export function* generateInPieces(
  settings: GeneratorSettings,
  progress: Progress = silent,
): Pieces<GeneratedWafers> {
  const s = checkGeneratorSettings(settings);
  const sites = chooseSites(s);
  const charges = new Uint32Array(s.wafers * triggerCells.length);
  const modules = new Uint16Array(s.wafers);
  const truth = new TruthWriter(s.wafers);
  const charge = new WaferCharge();
  const random = new Random(0);
  const keep = new Uint8Array(triggerCells.length);

  progress.start('generate', s.wafers, 'wafer');
  for (let i = 0; i < s.wafers; i++) {
    const row = charges.subarray(i * triggerCells.length, (i + 1) * triggerCells.length);
    seedWafer(random, s.seed, i);
    for (let draw = 1; ; draw++) {
      const site = drawWafer(s, random, sites, charge, keep, truth, row);
      if (site) {
        modules[i] = moduleNumber(site.layer, site.u, site.v);
        break;
      }
      truth.drop();
      if (draw === mostDraws) {
        throw badSetting(
          'emptyWafers',
          `${mostDraws} draws in a row gave no charge at all, so no wafer can be made`,
        );
      }
    }
    if (i % reportEvery !== 0) continue;
    progress.update(i);
    yield;
  }
  progress.stop();
  return { batch: wafers(charges, modules), truth: truth.finish() };
}

/** @returns where the wafer is; undefined when it is empty and the settings want another */
function drawWafer(
  s: GeneratorSettings,
  random: Random,
  sites: readonly Site[],
  charge: WaferCharge,
  keep: Uint8Array,
  truth: TruthWriter,
  row: Uint32Array,
): Site | undefined {
  const site = sites[random.below(sites.length)];
  const phi = 2 * Math.PI * random.uniform();
  const stand: Stand = {
    site,
    view: { layer: site.layer, sensor: site.sensor, ...s.shower },
    beamX: site.r * Math.cos(phi),
    beamY: site.r * Math.sin(phi),
  };
  charge.clear(cellMap(site.sensor.side));
  cutWafer(site, phi, keep);
  const kind = addSignal(random, s.signal, stand, charge, truth);
  const signalMips = charge.total;
  let pileupParticles = 0;
  if (s.pileup.interactions > 0) {
    pileupParticles = addPileup(random, s.pileup, stand, charge);
    if (s.pileup.previousCrossing > 0) {
      charge.weight = s.pileup.previousCrossing;
      addPileup(random, s.pileup, stand, charge);
    }
  }
  const any = readOut(random, s.electronics, stand, charge, keep, row);
  if (!any && !s.emptyWafers) return undefined;
  truth.row({
    layer: site.layer,
    u: site.u,
    v: site.v,
    eta: site.eta,
    phi,
    thickness: site.sensor.micrometres,
    kind,
    signalMips,
    pileupMips: charge.total - signalMips,
    pileupParticles,
  });
  return site;
}

/** Cells from one end of the wafer to the other, in each of the twelve directions in which a wafer may be cut. */
const cutOrders = Array.from({ length: 12 }, (_, k) => {
  const c = Math.cos((k * Math.PI) / 6);
  const s = Math.sin((k * Math.PI) / 6);
  const height = triggerCells.map(({ x, y }) => (x - centre.x) * c + (y - centre.y) * s);
  return triggerCells.map(({ number }) => number).sort((a, b) => height[a] - height[b]);
});

/**
 * Marks the cells that a partial wafer has, those on one side of a line: away from the beam at the inner edge of the detector,
 * towards it at the outer one. Of the twelve directions the one closest to that is taken.
 */
function cutWafer(site: Site, phi: number, keep: Uint8Array): void {
  keep.fill(1);
  if (site.keeps === triggerCells.length) return;
  const turns = Math.round((6 * phi) / Math.PI) + (site.innerEdge ? 6 : 0);
  const order = cutOrders[turns % cutOrders.length];
  for (let i = site.keeps; i < triggerCells.length; i++) keep[order[i]] = 0;
}

/**
 * State of the generator for wafer i. Two words are one-to-one images of i and of the seed, so that no two wafers of
 * a data set share a state; the first numbers are thrown away because near states begin alike.
 */
function seedWafer(random: Random, seed: number, i: number): void {
  const high = Math.floor(seed / 4294967296);
  random.restore([
    mix(seed),
    mix(i + 0x9e3779b9),
    mix(high ^ 0x85ebca6b),
    mix(seed ^ Math.imul(i, 0x9e3779b1)),
  ]);
  for (let k = 0; k < 12; k++) random.uint32();
}

/** A one-to-one scrambling of 32 bits (finaliser of splitmix32). */
function mix(value: number): number {
  let z = value >>> 0;
  z = Math.imul(z ^ (z >>> 16), 0x21f0aaad);
  z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
  return (z ^ (z >>> 15)) >>> 0;
}
