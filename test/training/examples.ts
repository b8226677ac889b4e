import { Random } from '../../src/base/index.js';
import { type WaferBatch, wafers } from '../../src/dataset/index.js';
import { triggerCells } from '../../src/detector/index.js';

/** Wafers with one or two round showers at random places: something that an encoder can learn quickly. */
export function showers(count: number, seed: number): WaferBatch {
  const random = new Random(seed);
  const charges = new Uint32Array(48 * count);
  for (let i = 0; i < count; i++) {
    for (let shower = 0; shower <= random.below(2); shower++) {
      const centre = triggerCells[random.below(48)];
      const size = 100 + random.below(2000);
      triggerCells.forEach((cell, c) => {
        const distance = Math.hypot(cell.x - centre.x, cell.y - centre.y);
        charges[48 * i + c] += Math.floor(size * Math.exp(-distance / 1.5) * (0.7 + 0.6 * random.uniform()));
      });
    }
  }
  return wafers(charges);
}
