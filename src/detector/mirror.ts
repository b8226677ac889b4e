import { triggerCells } from './trigger-cells.js';

/**
 * Mirrors the wafer in a vertical line through its centre, each cell going to the one that lies nearest to its mirror
 * image: the thirds of the wafer are turned like the sails of a windmill, so that the centres are off by up to 0.6 cm.
 * @returns perm of 48, its own inverse: mirrored[cell] = original[perm[cell]]
 */
export function reflection(): Int32Array {
  const middle = triggerCells.reduce((sum, cell) => sum + cell.x, 0) / triggerCells.length;
  return Int32Array.from(triggerCells, ({ x, y }) => {
    const off = triggerCells.map((cell) => Math.hypot(2 * middle - x - cell.x, y - cell.y));
    return off.indexOf(Math.min(...off));
  });
}
