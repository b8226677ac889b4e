import { EconError } from '../base/index.js';
import {
  firstWeight,
  hasTriples,
  imagePlaces,
  type Neurons,
  neuronParameters,
  neuronsOf,
  type OutputPlace,
  outputPlaces,
} from '../blocks/index.js';
import { slice, type WaferBatch } from '../dataset/index.js';
import {
  type EncoderLayer,
  encoderLayers,
  imageCells,
  layerOutputs,
  WEIGHT_BITS,
  weightBits,
  wordOf,
} from '../encoder/index.js';
import { encoderInput, type Model } from '../model/index.js';
import { ASSUMED_CHANGES, type BlockActivity, isStanding } from './activity.js';
import { GateSimulation, portsOf } from './gate-simulation.js';
import type { Synthesis, SynthesisedModule } from './synthesis.js';

/** Switching of the modules of one kind in a layer. */
export interface MeasuredSwitching {
  readonly module: string;
  readonly layer: string;
  /** Changes per gate and BX with unit delays, glitches included. */
  readonly changes: number;
  /** Changes per gate and BX if no gate ever glitched. */
  readonly settled: number;
  /** Output bits that were compared with the integer reference, and how many differed. */
  readonly compared: number;
  readonly mismatches: number;
}

export interface MeasuredActivity extends BlockActivity {
  readonly modules: readonly MeasuredSwitching[];
}

const NEURONS = 'econ_neurons';

/**
 * Switching of the encoder's multipliers and adders, from the synthesised gates with the weights of a trained model
 * and the wafers of a batch one per BX. The settled outputs are compared with the integer reference: the gates are
 * known to compute the model. Other blocks of the data path keep the assumed activity.
 *
 * @param batch the first wafers of it are used
 * @param count how many
 */
export function measureActivity(
  synthesis: Synthesis,
  model: Model,
  batch: WaferBatch,
  count = 32,
): MeasuredActivity {
  const n = Math.min(count, batch.count);
  const { x } = encoderInput(slice(batch, 0, n));
  const modules = measureNeurons(synthesis, model, x, n);
  return {
    modules,
    changes(path, module) {
      const measured = module === NEURONS && modules.find((m) => path.includes(`/u_${m.layer}_`));
      if (measured) return measured.changes;
      return isStanding(path) ? 0 : ASSUMED_CHANGES;
    },
    method:
      modules.length === 0
        ? `${ASSUMED_CHANGES} changes per gate and BX assumed in the data path, none in weights and configuration.`
        : [
            `${modules.map((m) => `${m.module} of ${m.layer} ${m.changes.toFixed(3)} (${m.settled.toFixed(3)} without glitches)`).join(', ')}`,
            ` changes per gate and BX: gates with unit delays, ${n} wafers, weights of the model;`,
            ` ${ASSUMED_CHANGES} assumed in the rest of the data path, none in weights and configuration.`,
          ].join(''),
  };
}

/** All neurons, layer by layer. */
function measureNeurons(
  synthesis: Synthesis,
  { encoder, arithmetic }: Model,
  x: Uint8Array,
  n: number,
): MeasuredSwitching[] {
  // Small ones became part of the encoder in synthesis: there is no telling them apart, nothing is measured then.
  if (![...synthesis.modules.values()].some((module) => module.source === NEURONS)) return [];
  const { shape, layers: tensors } = encoder;
  const variants = netlists(synthesis, NEURONS).map(({ netlist }) => ({
    netlist,
    widths: ['x_i', 'triple_i', 'weights_i', 'out_o'].map((port) => portWidth(netlist, port)).join(),
  }));
  const run = layerOutputs(encoder, arithmetic);
  const cells = imageCells(shape);
  const wafers = Array.from({ length: n }, (_, i) => {
    const image = x.subarray(i * cells, (i + 1) * cells);
    return [Int32Array.from(image), ...run(image)];
  });
  let inputs: readonly OutputPlace[] = imagePlaces(shape);
  return encoderLayers(shape).map((layer, depth) => {
    const count = counter(NEURONS, layer.name);
    for (const neurons of neuronsOf(layer, inputs)) {
      if (neurons.taps.length === 0) continue;
      const { InBits, Inputs, Outputs, OutBits } = neuronParameters(layer, neurons, arithmetic);
      const width = weightBits(layer.weights);
      const sizes = [InBits, InBits + 2 * Inputs, width * Outputs * Inputs, OutBits * Outputs].join();
      const found = variants.find(({ widths }) => widths === sizes);
      if (!found) throw missing(`${NEURONS} with ports of ${sizes} bits`);
      const gates = new GateSimulation(found.netlist, library(synthesis));
      set(gates, 'weights_i', wordsOf(layer, neurons, tensors[depth].kernel), () => width);
      const biases = tensors[depth].bias.subarray(neurons.bias, neurons.bias + Outputs);
      set(gates, 'bias_i', biases, () => WEIGHT_BITS);
      const formats = neurons.taps.map(({ input }) => inputs[input]);
      wafers.forEach((values, i) => {
        if (i === 1) gates.reset(); // the first wafer only sets the scene
        const wired = neurons.taps.map(({ input }, t) => values[depth][input] >> formats[t].zeros);
        set(gates, 'x_i', wired, (t) => formats[t].bits);
        const triples = wired.map((value) => (hasTriples(layer) ? 3 * value : 0));
        set(gates, 'triple_i', triples, (t) => formats[t].bits + 2);
        const expected = values[depth + 1].subarray(neurons.first, neurons.first + Outputs);
        count.compare(gates, 'out_o', expected, OutBits);
      });
      count.add(gates, n - 1);
    }
    inputs = outputPlaces(layer).places;
    return count.result();
  });
}

/** Words of the weights in the order of the port. */
function wordsOf(layer: EncoderLayer, neurons: Neurons, kernel: Int8Array): number[] {
  return neurons.taps.flatMap((tap) => {
    const first = firstWeight(layer, neurons, tap.kernel);
    return Array.from({ length: neurons.outputs }, (_, f) => wordOf(layer.weights, kernel[first + f]) ?? 0);
  });
}

function netlists(synthesis: Synthesis, source: string): SynthesisedModule[] {
  const found = [...synthesis.modules.values()].filter((m) => m.source === source);
  if (found.length === 0) throw missing(source);
  return found;
}

/** No measurement is better than one of a part: the rest would count with the assumed activity, unseen. */
function missing(what: string): EconError {
  return new EconError({
    code: 'budget/no-module',
    where: what,
    what: 'the synthesised design has no module of that kind of its own, so its switching cannot be measured.',
    remedy: 'Keep the hierarchy of the encoder, or ask for the cost without a model.',
  });
}

/** All netlists by the name that instances give. */
function library(synthesis: Synthesis): Map<string, string> {
  return new Map(
    [...synthesis.modules.values()].map(({ name, netlist }) => [name.replace(/^\\/, ''), netlist]),
  );
}

function portWidth(blif: string, port: string): number {
  const ports = ['.inputs', '.outputs'].flatMap((keyword) => portsOf(blif, keyword));
  return ports.filter((name) => name.startsWith(`${port}[`)).length;
}

/** Drives a port with numbers, the first one in the lowest bits; two's complement if negative. */
function set(
  gates: GateSimulation,
  port: string,
  numbers: ArrayLike<number>,
  bitsOf: (k: number) => number,
): void {
  const nets: number[] = [];
  const values: number[] = [];
  for (let k = 0; k < numbers.length; k++)
    for (let b = 0; b < bitsOf(k); b++) {
      values.push((numbers[k] >> b) & 1);
      nets.push(gates.net(`${port}[${nets.length}]`));
    }
  gates.apply(Int32Array.from(nets), Uint8Array.from(values));
}

function counter(
  module: string,
  layer: string,
): {
  compare(gates: GateSimulation, port: string, expected: ArrayLike<number>, bits: number): void;
  add(gates: GateSimulation, cycles: number): void;
  result(): MeasuredSwitching;
} {
  let [changes, settled, slots, compared, mismatches] = [0, 0, 0, 0, 0];
  return {
    compare(gates, port, expected, bits) {
      for (let k = 0; k < expected.length * bits; k++) {
        compared++;
        const want = (expected[Math.floor(k / bits)] >> (k % bits)) & 1;
        if (gates.read(gates.net(`${port}[${k}]`)) !== want) mismatches++;
      }
    },
    add(gates, cycles) {
      changes += gates.changes;
      settled += gates.settledChanges;
      slots += gates.gates * cycles;
    },
    result: () => ({
      module,
      layer,
      changes: changes / slots,
      settled: settled / slots,
      compared,
      mismatches,
    }),
  };
}
