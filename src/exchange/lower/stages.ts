import {
  computeNode,
  type GraphNode,
  type NetworkGraph,
  type Operation,
  sizeOf,
  type Value,
} from '../graph/index.js';
import { badNetwork } from '../graph/network-error.js';
import {
  type Affine,
  type Element,
  elementsAsAffine,
  type Input,
  isAffine,
  keepsAffine,
  throughNode,
} from './affine.js';
import { isBent, straightLines } from './growth.js';
import { oddNode } from './odd-node.js';

/** Where an element comes from, through activations that take number by number. */
export interface Origin {
  /** An input of the graph, or a layer. */
  readonly from: { readonly input: number } | { readonly layer: number };
  /** Number in it. */
  readonly index: number;
  /** The element is about gain * that number + shift, where activations let it pass. */
  readonly gain: number;
  readonly shift: number;
}

/** Weights, and what is done with their sums number by number. */
export interface Stage {
  /** As the file names it. */
  readonly name: string;
  /** Convolutions and dense layers in it. */
  readonly weighted: readonly GraphNode[];
  /** The sums, of elements of inputs and of the stage before. */
  readonly sums: Affine;
  /** Value of the graph that holds the sums. */
  readonly value: string;
  /** Nodes of the activation, in order. */
  readonly activation: readonly GraphNode[];
  /** Of a first stage: activations that inputs go through before it (quantisers). */
  readonly before: readonly GraphNode[];
}

/** Where a number of the last stage stands among the outputs of the graph. */
export interface Place {
  readonly value: string;
  readonly index: number;
}

/** A network as a chain of stages. */
export interface Stages {
  readonly stages: readonly Stage[];
  /** Of every element: undefined for one that is the same for all samples. */
  readonly origins: readonly (Origin | undefined)[];
  /** Of every element the value of the graph that it is a number of, and which. */
  readonly places: readonly Place[];
  /** Of every number of every output: its origin. */
  readonly outputs: readonly { readonly value: string; readonly origins: readonly (Origin | undefined)[] }[];
}

/** Operations that work number by number: what they make of the sums of a layer is its activation. */
const BY_NUMBER = new Set<Operation['kind']>([
  'add',
  'subtract',
  'multiply',
  'divide',
  'minimum',
  'maximum',
  'power',
  'compare',
  'select',
  'function',
  'relu',
  'parametric-relu',
  'clip',
  'quantise',
]);
/** Splits a graph at its activations. @throws EconError naming a node that has no place in such a chain */
export function stagesOf(graph: NetworkGraph, path: string): Stages {
  return new Splitter(graph, path).run();
}

/** A stage while activations are still added. */
interface OpenStage extends Stage {
  readonly activation: GraphNode[];
}

function itself(from: Origin['from'], index: number): Origin {
  return { from, index, gain: 1, shift: 0 };
}

function isSame(a: Origin, b: Origin): boolean {
  const [one, other] = [a.from, b.from];
  const same =
    'layer' in one
      ? 'layer' in other && one.layer === other.layer
      : 'input' in other && one.input === other.input;
  return same && a.index === b.index;
}

class Splitter {
  readonly #values = new Map<string, Input>();
  readonly #origins: (Origin | undefined)[] = [];
  readonly #places: Place[] = [];
  readonly #stages: OpenStage[] = [];
  readonly #before: GraphNode[] = [];
  /** How many nodes and outputs take each value. */
  readonly #takers = new Map<string, number>();

  constructor(
    readonly graph: NetworkGraph,
    readonly path: string,
  ) {}

  run(): Stages {
    const { graph } = this;
    graph.inputs.forEach(({ name, shape }, input) => {
      const first = this.#elements(name, sizeOf(shape), (index) => itself({ input }, index));
      this.#values.set(name, elementsAsAffine(shape, first));
    });
    const nodes = needed(graph);
    for (const input of [...nodes.flatMap((node) => node.inputs), ...graph.outputs])
      this.#takers.set(input, (this.#takers.get(input) ?? 0) + 1);
    for (const node of nodes) this.#values.set(node.output, this.#through(node));
    const outputs = graph.outputs.map((value) => ({ value, origins: this.#outputOrigins(value) }));
    return {
      stages: this.#stages,
      origins: this.#origins,
      places: this.#places,
      outputs,
    };
  }

  #through(node: GraphNode): Input {
    const given = node.inputs.map((input) => this.#values.get(input) as Input);
    const inputs = node.op.kind === 'concatenate' ? this.#apart(node, given) : given;
    if (!node.batched) return computeNode(node, inputs as Value[], 1, 'double');
    if (!keepsAffine(node, inputs)) return this.#activated(node, inputs);
    const made = throughNode(node, inputs);
    // What QKeras makes in a frozen graph is x + (q - x): sums and differences of one number and what became of it.
    const together =
      inputs.filter(isAffine).length > 1 && BY_NUMBER.has(node.op.kind) && made.weighted.length === 0;
    const origins = together ? this.#passedOn(made) : undefined;
    if (origins) return this.#cut(node, origins);
    const forks = made.weighted.length > 0 && (this.#takers.get(node.output) ?? 0) > 1;
    return forks ? this.#cutSums(made, node.output) : made;
  }

  /** An activation: every number hangs on one number of the inputs. */
  #activated(node: GraphNode, inputs: readonly Input[]): Affine {
    const { op } = node;
    if (!BY_NUMBER.has(op.kind)) throw oddNode(node, this.path);
    const size = sizeOf(node.shape);
    const lists = inputs.flatMap((input, i) => {
      if (!isAffine(input)) return [];
      if (input.offset.length !== size) throw oddNode(node, this.path);
      return [this.#originsOf(input, node.inputs[i], node.name)];
    });
    const origins = Array.from({ length: size }, (_, r) => {
      // The condition of a choice says nothing of the size of the number.
      const among = op.kind === 'select' && lists.length > 1 && isAffine(inputs[0]) ? lists.slice(1) : lists;
      const known = lists.flatMap((list) => list[r] ?? []);
      const [first] = known;
      if (!first) return undefined;
      if (known.some((one) => !isSame(one, first))) throw oddNode(node, this.path);
      const best = among
        .flatMap((list) => list[r] ?? [])
        .reduce((best, one) => (Math.abs(one.gain) > Math.abs(best.gain) ? one : best), {
          ...first,
          gain: 0,
        });
      return isBent(node) ? { ...best, gain: 0, shift: 0 } : best;
    });
    const product = lists.length > 1 && (op.kind === 'multiply' || op.kind === 'divide');
    return this.#cut(node, product ? this.#ofProduct(node, origins) : origins);
  }

  /** Origins of a product whose factors both hang on one number. */
  #ofProduct(node: GraphNode, origins: readonly (Origin | undefined)[]): readonly (Origin | undefined)[] {
    const from = origins.find((origin) => origin)?.from;
    if (!from) return origins;
    const put = 'layer' in from ? this.#stages[from.layer].value : this.graph.inputs[from.input].name;
    const lines = straightLines(this.graph, put, node);
    return origins.map((origin, r) => origin && { ...origin, ...lines[r] });
  }

  #cut(node: GraphNode, origins: readonly (Origin | undefined)[]): Affine {
    const behind = new Set(origins.flatMap((origin) => (origin ? [this.#stageOf(origin)] : [])));
    for (const stage of behind) (stage?.activation ?? this.#before).push(node);
    return elementsAsAffine(
      node.shape,
      this.#elements(node.output, origins.length, (i) => origins[i]),
    );
  }

  /** Sums beside values that are none (conditions) are numbers of their own before they are joined. */
  #apart(node: GraphNode, inputs: readonly Input[]): readonly Input[] {
    const sums = (input: Input): boolean => isAffine(input) && input.weighted.length > 0;
    const beside = inputs.some((input) => isAffine(input) && !sums(input));
    if (!beside) return inputs;
    return inputs.map((input, i) =>
      isAffine(input) && sums(input) ? this.#cutSums(input, node.inputs[i]) : input,
    );
  }

  /** Sums that several nodes take: from here on they are numbers of their own. */
  #cutSums(sums: Affine, value: string): Affine {
    const origins = this.#originsOf(sums, value, value);
    return elementsAsAffine(
      sums.shape,
      this.#elements(value, origins.length, (i) => origins[i]),
    );
  }

  #elements(value: string, count: number, origin: (index: number) => Origin | undefined): Element {
    const first = this.#origins.length;
    for (let index = 0; index < count; index++) {
      this.#origins.push(origin(index));
      this.#places.push({ value, index });
    }
    return first;
  }

  #stageOf(origin: Origin | undefined): OpenStage | undefined {
    return origin && 'layer' in origin.from ? this.#stages[origin.from.layer] : undefined;
  }

  /** Origins of all numbers of a value that an activation takes: those of its elements, or those of a new stage. */
  #originsOf(affine: Affine, value: string, name: string): (Origin | undefined)[] {
    const known = affine.weighted.length > 0 ? undefined : this.#passedOn(affine);
    if (known) return known;
    const layer = this.#stages.length;
    this.#stages.push({
      name: affine.weighted.at(-1)?.name ?? name,
      weighted: affine.weighted,
      sums: affine,
      value,
      activation: [],
      before: [...this.#before],
    });
    return Array.from(affine.offset, (_, index) => itself({ layer }, index));
  }

  /** When every number hangs on one number, scaled and shifted: undefined otherwise. */
  #passedOn({ matrix, elements, offset }: Affine): (Origin | undefined)[] | undefined {
    const origins = new Array<Origin | undefined>(offset.length);
    for (let c = 0; c < matrix.length; c++) {
      const origin = this.#origins[elements[c]];
      if (!origin) continue;
      for (let r = 0; r < offset.length; r++) {
        const factor = matrix[c][r];
        if (factor === 0) continue;
        const before = origins[r] ?? { ...origin, gain: 0, shift: offset[r] };
        if (!isSame(before, origin)) return undefined;
        origins[r] = {
          ...before,
          gain: before.gain + factor * origin.gain,
          shift: before.shift + factor * origin.shift,
        };
      }
    }
    return origins;
  }

  #outputOrigins(value: string): readonly (Origin | undefined)[] {
    const made = this.#values.get(value) as Input;
    if (!isAffine(made)) throw badNetwork(this.path, `output ${value} is the same for all wafers`);
    return this.#originsOf(made, value, value);
  }
}

/** Nodes that outputs hang on. */
function needed(graph: NetworkGraph): readonly GraphNode[] {
  const wanted = new Set(graph.outputs);
  return [...graph.nodes]
    .reverse()
    .filter(({ output, inputs }) => {
      if (!wanted.has(output)) return false;
      for (const input of inputs) wanted.add(input);
      return true;
    })
    .reverse();
}
