import { type NetworkGraph, sizeOf } from '../graph/index.js';
import { badNetwork } from '../graph/network-error.js';
import { waferInput } from './image.js';
import type { Stage, Stages } from './stages.js';

/** Stages from the wafer to the latents. @throws EconError on branches */
export function chainOf({ stages, origins, outputs }: Stages, path: string): number[] {
  const ends = new Set<number>();
  for (const { origins: list } of outputs)
    for (const origin of list) if (origin && 'layer' in origin.from) ends.add(origin.from.layer);
  if (ends.size === 0) throw badNetwork(path, 'there is no layer with weights on the way to its outputs');
  if (ends.size > 1) {
    const names = [...ends].map((end) => stages[end].name).join(' and ');
    throw badNetwork(
      path,
      `its outputs come from ${ends.size} heads, ${names}`,
      'The chip sends one layer of latents. Export the network with one of the heads, or join them into one layer.',
    );
  }
  const chain = [...ends];
  for (;;) {
    const [first] = chain;
    const from = new Set<number>();
    let fromInput = false;
    for (const element of stages[first].sums.elements) {
      const origin = origins[element];
      if (origin && 'layer' in origin.from) from.add(origin.from.layer);
      else if (origin && uses(stages[first], element)) fromInput = true;
    }
    if (from.size + Number(fromInput) > 1) {
      const names = [...from].map((n) => stages[n].name).concat(fromInput ? ['the input'] : []);
      throw badNetwork(
        path,
        `${stages[first].name} takes values of ${names.join(' and ')}`,
        'On the chip each layer takes what the one before makes: take the branch out and train again.',
      );
    }
    if (from.size === 0) break;
    chain.unshift(...from);
  }
  const other = stages.findIndex((_, i) => !chain.includes(i));
  if (other >= 0)
    throw badNetwork(
      path,
      `${stages[other].name} is no part of the chain ${chain.map((i) => stages[i].name).join(', ')}`,
    );
  return chain;
}

function uses({ sums }: Stage, element: number): boolean {
  return sums.matrix[sums.elements.indexOf(element)].some((weight) => weight !== 0);
}

/** The input that is the wafer. */
export interface GraphWafer {
  readonly name: string;
  readonly image: '8x8' | '4x4x3';
  readonly cells: Int32Array;
  /** Row of each number of the input, -1 outside the wafer. */
  readonly numberOfCell: Int32Array;
}

export function inputOf(
  graph: NetworkGraph,
  { stages, origins }: Stages,
  first: number,
  path: string,
): GraphWafer {
  const used = new Set<number>();
  for (const element of stages[first].sums.elements) {
    const origin = origins[element];
    if (origin && 'input' in origin.from) used.add(origin.from.input);
  }
  const named = [...used].map((i) => graph.inputs[i].name);
  if (used.size !== 1)
    throw badNetwork(
      path,
      `${stages[first].name} takes ${used.size} inputs (${named.join(', ')}), the chip has the wafer only`,
    );
  const { name, shape } = graph.inputs[[...used][0]];
  const wafer = waferInput(shape);
  if (!wafer)
    throw badNetwork(
      path,
      `input ${name} has the shape ${shape.join('x')}`,
      'A wafer is 8x8x1 (or 1x8x8, 64, 9x9x1 with zeros behind), 4x4x3 (or 3x4x4), or 48 cells in image order.',
    );
  const numberOfCell = new Int32Array(sizeOf(shape)).fill(-1);
  wafer.cells.forEach((place, cell) => {
    numberOfCell[place] = cell;
  });
  return { name, ...wafer, numberOfCell };
}
