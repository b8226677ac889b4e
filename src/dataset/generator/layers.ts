/**
 * The stack of absorbers, layer by layer. Energy loss of a MIP per layer: domain facts, section 6 (V10). Depths: 28
 * electromagnetic layers make about 26 radiation and 1.4 interaction lengths, the hadronic part about 8
 * interaction lengths in 11 thin and 11 thick steel layers.
 */
export interface Layer {
  /** Distance of the sensor from the centre of the detector along the beam, cm. */
  readonly z: number;
  /** Material from the front face to the sensor, at normal incidence, and that of the layer itself. */
  readonly radiationLengths: number;
  readonly ownRadiationLengths: number;
  readonly interactionLengths: number;
  readonly ownInteractionLengths: number;
  /** Energy that a MIP loses in this layer, GeV: shower energy in the layer divided by this is MIPs in silicon. */
  readonly mipLoss: number;
}

const frontFace = 320;
const pitchElectromagnetic = 1.22;
const frontHadronic = 363;
const pitchThin = 4.9;
const pitchThick = 8.3;

/** Index = layer number 1..50; index 0 is unused. */
export const layers: readonly Layer[] = stack();

function stack(): Layer[] {
  const result: Layer[] = [];
  let radiation = 0;
  let interaction = 0;
  for (let layer = 0; layer <= 50; layer++) {
    const [x0, lambda, mev] = material(layer);
    radiation += x0;
    interaction += lambda;
    result.push({
      z: distance(layer),
      radiationLengths: radiation,
      ownRadiationLengths: x0,
      interactionLengths: interaction,
      ownInteractionLengths: lambda,
      mipLoss: mev / 1000,
    });
  }
  return result;
}

/** Radiation lengths, interaction lengths and MeV of a MIP of one layer. */
function material(layer: number): readonly [number, number, number] {
  if (layer === 0) return [0, 0, 1];
  if (layer === 1) return [0.74, 0.04, 8.89];
  if (layer <= 27) return [0.93, 0.05, 10.94];
  if (layer === 28) return [1.5, 0.17, 32.3];
  if (layer <= 38) return [2.5, 0.27, 51.4];
  if (layer === 39) return [3.4, 0.38, 69.5];
  return [4.3, 0.47, 87.6];
}

function distance(layer: number): number {
  if (layer <= 28) return frontFace + pitchElectromagnetic * layer;
  if (layer <= 39) return frontHadronic + pitchThin * (layer - 29);
  return frontHadronic + 10 * pitchThin + pitchThick * (layer - 39);
}
