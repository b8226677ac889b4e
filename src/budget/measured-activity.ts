import { EconError } from '../base/index.js';
import { slice, type WaferBatch } from '../dataset/index.js';
import {
  ACTIVATIONS,
  activationRegister,
  CONV_FILTERS,
  convTaps,
  denseGroups,
  type EncoderLayer,
  encode,
  encoderLayers,
  IMAGE_CELLS,
  INPUT_BITS,
  LATENT_BITS,
  LATENTS,
  layerOutputs,
  layerWeights,
  shapeOf,
  WEIGHT_BITS,
  weightBits,
  wordOf,
} from '../encoder/index.js';
import { encoderInput, type Model } from '../model/index.js';
import { ASSUMED_CHANGES, type BlockActivity, isStanding } from './activity.js';
import { GateSimulation, portsOf } from './gate-simulation.js';
import type { Synthesis, SynthesisedModule } from './synthesis.js';

/** Switching of one kind of module. */
export interface MeasuredSwitching {
  readonly module: string;
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

const NEURON = 'econ_dense_neuron';
const POSITION = 'econ_conv_position';
/** Of an encoder of a free shape. */
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
  const activations = new Uint16Array(n * ACTIVATIONS);
  const latents = new Uint16Array(n * LATENTS);
  if (!model.encoder.shape) encode(model.encoder, model.arithmetic, x, n, { activations, latents });
  const modules = model.encoder.shape
    ? measureNeurons(synthesis, model, x, n)
    : [
        measureConvolution(synthesis, model, x, activations, n),
        measureDense(synthesis, model, activations, latents, n),
      ];
  return {
    modules,
    changes(path, module) {
      const measured = modules.find((m) => m.module === module);
      if (measured) return measured.changes;
      return isStanding(path) ? 0 : ASSUMED_CHANGES;
    },
    method:
      modules.length === 0
        ? `${ASSUMED_CHANGES} changes per gate and BX assumed in the data path, none in weights and configuration.`
        : [
            `${modules.map((m) => `${m.module} ${m.changes.toFixed(3)} (${m.settled.toFixed(3)} without glitches)`).join(', ')}`,
            ` changes per gate and BX: gates with unit delays, ${n} wafers, weights of the model;`,
            ` ${ASSUMED_CHANGES} assumed in the rest of the data path, none in weights and configuration.`,
          ].join(''),
  };
}

function measureDense(
  synthesis: Synthesis,
  { encoder }: Model,
  activations: Uint16Array,
  latents: Uint16Array,
  n: number,
): MeasuredSwitching {
  const [module] = netlists(synthesis, NEURON);
  const count = counter(NEURON);
  const gates = new GateSimulation(module.netlist, library(synthesis));
  for (let o = 0; o < LATENTS; o++) {
    const { denseKernel, denseBias } = encoder;
    for (const { name, positions } of denseGroups)
      set(gates, `${name}_weights_i`, filtersOf(denseKernel, o, positions), WEIGHT_BITS);
    set(gates, 'bias_i', denseBias.subarray(o, o + 1), WEIGHT_BITS);
    for (let i = 0; i < n; i++) {
      if (i === 1) gates.reset(); // the first wafer only sets the scene
      for (const { name, bits, shift, registers } of denseGroups) {
        const values = filtersOf(activations, i, registers).map((act) => act >> shift);
        set(gates, `${name}_i`, values, bits);
        set(
          gates,
          `${name}_triple_i`,
          values.map((act) => 3 * act),
          bits + 2,
        );
      }
      count.compare(gates, 'latent_o', latents.subarray(i * LATENTS + o, i * LATENTS + o + 1), LATENT_BITS);
    }
    count.add(gates, n - 1);
  }
  return count.result();
}

/** Values of all filters at some conv positions, of latent or wafer `row`. */
function filtersOf(values: ArrayLike<number>, row: number, positions: readonly number[]): number[] {
  return positions.flatMap((p) =>
    Array.from({ length: CONV_FILTERS }, (_, f) => values[row * ACTIVATIONS + CONV_FILTERS * p + f]),
  );
}

function measureConvolution(
  synthesis: Synthesis,
  { encoder }: Model,
  x: Uint8Array,
  activations: Uint16Array,
  n: number,
): MeasuredSwitching {
  const count = counter(POSITION);
  const variants = new Map(
    netlists(synthesis, POSITION).map(({ netlist }) => [
      portWidth(netlist, 'x_i'),
      new GateSimulation(netlist, library(synthesis)),
    ]),
  );
  convTaps.forEach((taps, position) => {
    const gates = variants.get(INPUT_BITS * taps.length);
    if (gates === undefined) {
      if (taps.length > 0) throw missing(`${POSITION} with ${taps.length} taps`);
      return;
    }
    const weights = taps.flatMap(({ kernel }) =>
      Array.from(encoder.convKernel.subarray(CONV_FILTERS * kernel, CONV_FILTERS * (kernel + 1))),
    );
    set(gates, 'weights_i', weights, WEIGHT_BITS);
    set(gates, 'bias_i', encoder.convBias, WEIGHT_BITS);
    for (let i = 0; i < n; i++) {
      if (i === 1) gates.reset();
      const pixels = taps.map(({ input }) => x[i * IMAGE_CELLS + input]);
      set(gates, 'x_i', pixels, INPUT_BITS);
      const from = i * ACTIVATIONS + CONV_FILTERS * position;
      const { bits } = activationRegister(position);
      count.compare(gates, 'act_o', activations.subarray(from, from + CONV_FILTERS), bits);
    }
    count.add(gates, n - 1);
  });
  return count.result();
}

/** All neurons of all layers of a free encoder. */
function measureNeurons(
  synthesis: Synthesis,
  { encoder, arithmetic }: Model,
  x: Uint8Array,
  n: number,
): MeasuredSwitching[] {
  // Small ones became part of the encoder in synthesis: there is no telling them apart, nothing is measured then.
  if (![...synthesis.modules.values()].some((module) => module.source === NEURONS)) return [];
  const count = counter(NEURONS);
  const shape = shapeOf(encoder);
  const tensors = layerWeights(encoder);
  const variants = netlists(synthesis, NEURONS).map(({ netlist }) => ({
    netlist,
    widths: ['x_i', 'weights_i', 'out_o'].map((port) => portWidth(netlist, port)).join(),
  }));
  const run = layerOutputs(encoder, arithmetic);
  const wafers = Array.from({ length: n }, (_, i) => {
    const image = x.subarray(i * IMAGE_CELLS, (i + 1) * IMAGE_CELLS);
    return [Int32Array.from(image), ...run(image)];
  });
  encoderLayers(shape).forEach((layer, depth) => {
    const { kernel, bias } = tensors[depth];
    const { kind, inputBits, outputBits, weights, channels } = layer;
    for (const { taps, first, outputs, rows, biases } of neuronsOf(layer)) {
      const sizes = [
        inputBits * taps.length,
        weightBits(weights) * outputs * taps.length,
        outputBits * outputs,
      ];
      const words = rows.flatMap((row) =>
        Array.from({ length: outputs }, (_, f) => kernel[row * (kind === 'conv' ? channels : 1) + f]),
      );
      const found = variants.find(({ widths }) => widths === sizes.join());
      // A position without cells has one dead input instead.
      if (taps.length === 0) continue;
      if (!found) throw missing(`${NEURONS} with ports of ${sizes.join(', ')} bits`);
      const gates = new GateSimulation(found.netlist, library(synthesis));
      set(
        gates,
        'weights_i',
        words.map((value) => wordOf(weights, value) ?? 0),
        weightBits(weights),
      );
      set(gates, 'bias_i', bias.subarray(biases, biases + outputs), WEIGHT_BITS);
      wafers.forEach((values, i) => {
        if (i === 1) gates.reset();
        set(
          gates,
          'x_i',
          taps.map((input) => values[depth][input]),
          inputBits,
        );
        count.compare(gates, 'out_o', values[depth + 1].subarray(first, first + outputs), outputBits);
      });
      count.add(gates, n - 1);
    }
  });
  return [count.result()];
}

interface Neurons {
  /** Inputs that they see, and the kernel's rows (conv: of all filters) or entries that weigh these. */
  readonly taps: readonly number[];
  readonly rows: readonly number[];
  /** First output, how many, and the first of their biases. */
  readonly first: number;
  readonly outputs: number;
  readonly biases: number;
}

/** The instances that the Verilog of a layer has. */
function neuronsOf({ kind, taps, channels, kernelRows }: EncoderLayer): Neurons[] {
  if (kind === 'dense')
    return Array.from({ length: channels }, (_, o) => ({
      taps: taps[0].map((tap) => tap.input),
      rows: taps[0].map((tap) => o * kernelRows + tap.kernel),
      first: o,
      outputs: 1,
      biases: o,
    }));
  return taps.map((list, p) => ({
    taps: list.map((tap) => tap.input),
    rows: list.map((tap) => tap.kernel),
    first: p * channels,
    outputs: channels,
    biases: kind === 'local' ? p : 0,
  }));
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
  return portsOf(blif, '.inputs').filter((name) => name.startsWith(`${port}[`)).length;
}

/** Drives a port with numbers of `bits` bits each, the first one in the lowest bits; two's complement if negative. */
function set(gates: GateSimulation, port: string, numbers: ArrayLike<number>, bits: number): void {
  const nets = new Int32Array(numbers.length * bits);
  const values = new Uint8Array(nets.length);
  for (let k = 0; k < nets.length; k++) {
    nets[k] = gates.net(`${port}[${k}]`);
    values[k] = (numbers[Math.floor(k / bits)] >> (k % bits)) & 1;
  }
  gates.apply(nets, values);
}

function counter(module: string): {
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
    result: () => ({ module, changes: changes / slots, settled: settled / slots, compared, mismatches }),
  };
}
