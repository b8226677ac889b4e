import { computeNode } from './compute.js';
import { badNetwork } from './network-error.js';
import type { GraphInput, GraphNode, NetworkGraph, Precision } from './network-graph.js';
import type { Operation } from './operation.js';
import { ruleOf } from './operations/index.js';
import type { Tensor } from './tensor.js';
import { MOST_VALUES, mustBeSmall } from './tensor-size.js';
import { Misfit, type Value, type ValueShape } from './value.js';

/**
 * Builds a graph node by node and checks each as it comes: inputs known, number of inputs, shapes. Values of nodes that
 * depend on no input are at hand (known), so that a reader can take scales, shapes and axes from them.
 */
export class GraphBuilder {
  readonly #inputs: GraphInput[] = [];
  readonly #nodes: GraphNode[] = [];
  readonly #shapes = new Map<string, ValueShape>();
  readonly #known = new Map<string, Value>();

  /**
   * @param kind of what is read, see NetworkGraph
   * @param path of the file, for messages
   */
  constructor(
    readonly kind: string,
    readonly path: string,
    readonly precision: Precision = 'single',
  ) {}

  /** @param shape without the batch @returns name */
  input(name: string, shape: readonly number[]): string {
    this.#claim(name, `input ${name}`);
    this.#inputs.push({ name, shape });
    this.#shapes.set(name, { shape, batched: true });
    return name;
  }

  /** @returns its name */
  constant(name: string, value: Tensor): string {
    return this.add(name, { kind: 'constant', value }, []);
  }

  /**
   * @param name of the node in the file, for messages
   * @param inputs names of values
   * @param output name of its value; the node's when left out, made unique
   * @param integer its numbers are whole, and are not rounded to the graph's precision
   * @returns name of its value
   * @throws EconError exchange/network naming the node
   */
  add(name: string, op: Operation, inputs: readonly string[], output?: string, integer = false): string {
    const where = `node ${name} (${op.kind})`;
    const made = output ?? this.#unique(name);
    this.#claim(made, where);
    const shapes = inputs.map((input) => {
      const shape = this.#shapes.get(input);
      if (!shape)
        throw badNetwork(
          this.path,
          `${where} takes ${input}, which no node before it makes`,
          `Write the file with what makes ${input}.`,
        );
      return shape;
    });
    const rule = ruleOf(op);
    const [least, most] = rule.inputs ?? [1, 1];
    if (inputs.length < least || inputs.length > most)
      throw badNetwork(
        this.path,
        `${where} has ${inputs.length} inputs, not ${least === most ? least : `${least} to ${most}`}`,
        'Write the file again with the tool that made it; one that passes its check has them.',
      );
    const node: GraphNode = {
      name,
      op,
      inputs,
      output: made,
      shape: this.#shapeOf(where, () => rule.shape(op, shapes)),
      batched: shapes.some(({ batched }) => batched),
      ...(integer ? { integer } : {}),
    };
    if (op.kind !== 'constant') mustBeSmall(node.shape, where, this.path, MOST_VALUES);
    this.#nodes.push(node);
    this.#shapes.set(made, node);
    if (!node.batched) {
      const values = inputs.map((input) => this.#known.get(input) as Value);
      this.#known.set(made, computeNode(node, values, 1, this.precision));
    }
    return made;
  }

  /** @throws EconError when no node makes it */
  shapeOf(value: string): readonly number[] {
    const found = this.#shapes.get(value);
    if (!found) throw badNetwork(this.path, `no node makes ${value}`);
    return found.shape;
  }

  has(value: string): boolean {
    return this.#shapes.has(value);
  }

  /** The numbers of a value that depends on no input; undefined for one that does. */
  known(value: string): Tensor | undefined {
    return this.#known.get(value);
  }

  /** @param outputs names of values */
  finish(outputs: readonly string[]): NetworkGraph {
    for (const output of outputs) this.shapeOf(output);
    const { kind, precision } = this;
    return { kind, precision, inputs: this.#inputs, nodes: this.#nodes, outputs };
  }

  #claim(value: string, where: string): void {
    if (this.#shapes.has(value))
      throw badNetwork(
        this.path,
        `${where} makes ${value}, which another made before`,
        'Give each value of the network a name of its own.',
      );
  }

  #unique(name: string): string {
    let made = name;
    for (let i = 2; this.#shapes.has(made); i++) made = `${name}#${i}`;
    return made;
  }

  #shapeOf(where: string, infer: () => readonly number[]): readonly number[] {
    try {
      return infer();
    } catch (error) {
      if (error instanceof Misfit) throw badNetwork(this.path, `${where}: ${error.message}`, error.remedy);
      throw error;
    }
  }
}
