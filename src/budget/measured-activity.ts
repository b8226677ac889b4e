import { bitCount, EconError } from '../base/index.js';
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
import { fromSlices, GateSimulator, type Netlist, STREAMS, toSlices } from '../netlist-sim/index.js';
import { ASSUMED_CHANGES, type BlockActivity, isStanding } from './activity.js';
import { readBlif } from './blif.js';
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
 * @param count how many, at most 128
 */
export async function measureActivity(
  synthesis: Synthesis,
  model: Model,
  batch: WaferBatch,
  count = 32,
): Promise<MeasuredActivity> {
  const n = Math.min(count, batch.count, STREAMS);
  const { x } = encoderInput(slice(batch, 0, n));
  const modules = await measureNeurons(synthesis, model, x, n);
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
async function measureNeurons(
  synthesis: Synthesis,
  { encoder, arithmetic }: Model,
  x: Uint8Array,
  n: number,
): Promise<MeasuredSwitching[]> {
  // Small ones became part of the encoder in synthesis: there is no telling them apart, nothing is measured then.
  if (![...synthesis.modules.values()].some((module) => module.source === NEURONS)) return [];
  const { shape, layers: tensors } = encoder;
  const gatesOf = neuronGates(synthesis);
  const run = layerOutputs(encoder, arithmetic);
  const cells = imageCells(shape);
  const wafers = Array.from({ length: n }, (_, i) => {
    const image = x.subarray(i * cells, (i + 1) * cells);
    return [Int32Array.from(image), ...run(image)];
  });
  const measured: MeasuredSwitching[] = [];
  let inputs: readonly OutputPlace[] = imagePlaces(shape);
  for (const [depth, layer] of encoderLayers(shape).entries()) {
    const { kernel, bias } = tensors[depth];
    let [changes, settled, slots, compared, mismatches] = [0, 0, 0, 0, 0];
    for (const neurons of neuronsOf(layer, inputs)) {
      if (neurons.taps.length === 0) continue;
      const { InBits, Inputs, Outputs, OutBits } = neuronParameters(layer, neurons, arithmetic);
      const width = weightBits(layer.weights);
      const gates = await gatesOf(InBits, InBits + 2 * Inputs, width * Outputs * Inputs, OutBits * Outputs);
      gates.set('weights_i', standing(wordsOf(layer, neurons, kernel), width));
      gates.set('bias_i', standing(bias.subarray(neurons.bias, neurons.bias + Outputs), WEIGHT_BITS));
      const show = (waferOf: (lane: number) => number): void => {
        const taps = neurons.taps.map(({ input }): Lanes => {
          const { bits, zeros } = inputs[input];
          return {
            bits,
            values: Int32Array.from(wafers, (_, i) => wafers[waferOf(i)][depth][input] >> zeros),
          };
        });
        gates.set('x_i', taps);
        if (!hasTriples(layer)) return;
        const triples = taps.map(({ bits, values }) => ({
          bits: bits + 2,
          values: values.map((v) => 3 * v),
        }));
        gates.set('triple_i', triples);
      };
      // Lane i goes from wafer i - 1 to wafer i; in the first one nothing changes.
      show((lane) => Math.max(0, lane - 1));
      const before = gates.toggles();
      show((lane) => lane);
      const after = gates.toggles();
      changes += after.all - before.all;
      settled += after.settled - before.settled;
      slots += gates.count * (n - 1);
      for (let k = 0; k < Outputs; k++) {
        const sent = gates.read('out_o', OutBits * k, OutBits);
        compared += n * OutBits;
        wafers.forEach((values, i) => {
          mismatches += bitCount((sent[i] ^ values[depth + 1][neurons.first + k]) & (2 ** OutBits - 1));
        });
      }
    }
    inputs = outputPlaces(layer).places;
    const rates = { changes: changes / slots, settled: settled / slots };
    measured.push({ module: NEURONS, layer: layer.name, ...rates, compared, mismatches });
  }
  return measured;
}

/** The synthesised neurons whose ports x_i, triple_i, weights_i and out_o have so many bits. @throws EconError budget/no-module */
function neuronGates(synthesis: Synthesis): (...widths: number[]) => Promise<DelayedGates> {
  const nameOf = ({ name }: SynthesisedModule): string => name.replace(/^\\/, '');
  const modules = [...synthesis.modules.values()];
  const netlist = readBlif(new Map(modules.map((module) => [nameOf(module), module.netlist])));
  const variants = modules.filter((module) => module.source === NEURONS).map(nameOf);
  const loaded = new Map<string, Promise<DelayedGates>>();
  return (...widths) => {
    const top = variants.find((name) => {
      const { ports } = netlist.modules[name];
      return ['x_i', 'triple_i', 'weights_i', 'out_o'].every(
        (p, i) => (ports[p]?.bits.length ?? 0) === widths[i],
      );
    });
    if (top === undefined) throw missing(`${NEURONS} with ports of ${widths.join()} bits`);
    const gates = loaded.get(top) ?? DelayedGates.load(netlist, top);
    loaded.set(top, gates);
    return gates;
  };
}

/** Values of a number in a port, one for each lane; lanes behind the last are 0. */
interface Lanes {
  readonly bits: number;
  readonly values: Int32Array;
}

function standing(numbers: ArrayLike<number>, bits: number): Lanes[] {
  return Array.from(numbers, (v) => ({ bits, values: new Int32Array(STREAMS).fill(v) }));
}

/** Combinational gates with unit delays, and the same without: those change only to their final values. */
class DelayedGates {
  private constructor(
    private readonly delayed: GateSimulator,
    private readonly settled: GateSimulator,
  ) {}

  static async load(netlist: Netlist, top: string): Promise<DelayedGates> {
    const load = (unitDelays: boolean) => GateSimulator.load(netlist, { top, toggles: true, unitDelays });
    return new DelayedGates(await load(true), await load(false));
  }

  get count(): number {
    return this.delayed.cells;
  }

  /** Drives a port with numbers side by side, the first in the lowest bits; two's complement if negative. */
  set(port: string, numbers: readonly Lanes[]): void {
    const slices = Uint32Array.from(numbers.flatMap(({ bits, values }) => [...toSlices(values, bits)]));
    for (const gates of [this.delayed, this.settled]) {
      gates.setSlices(port, slices);
      gates.countToggles();
    }
  }

  /** Bits of an output from `lsb` on, as a number for each lane. */
  read(port: string, lsb: number, bits: number): Uint32Array {
    const slices = this.delayed.getSlices(port);
    return fromSlices(slices.subarray(LANE_WORDS * lsb, LANE_WORDS * (lsb + bits)));
  }

  /** Changes so far of all gates in all lanes. */
  toggles(): { readonly all: number; readonly settled: number } {
    return { all: this.delayed.totalToggles(), settled: this.settled.totalToggles() };
  }
}

/** 32-bit words in which one bit of all lanes lies. */
const LANE_WORDS = STREAMS / 32;

/** Words of the weights in the order of the port. */
function wordsOf(layer: EncoderLayer, neurons: Neurons, kernel: Int8Array): number[] {
  return neurons.taps.flatMap((tap) => {
    const first = firstWeight(layer, neurons, tap.kernel);
    return Array.from({ length: neurons.outputs }, (_, f) => wordOf(layer.weights, kernel[first + f]) ?? 0);
  });
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
