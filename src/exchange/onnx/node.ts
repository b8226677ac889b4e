import type { FileGraph, FileNode, FileValue } from '../reading/file-graph.js';
import { ATTRIBUTE, type OnnxAttribute, type OnnxNode } from './schema.js';
import { onnxTensor, type TypedTensor } from './tensor.js';

/** What an operation gets from its node: inputs and attributes by their meaning. All must have been asked for in the end. */
export class NodeReader implements FileNode {
  readonly text: string;
  readonly name: string;
  readonly #attributes = new Map<string, OnnxAttribute>();
  readonly #asked = new Set<string | number>();

  /**
   * @param opset version of the operations of the node's domain
   * @param find the value of a name in the file
   */
  constructor(
    readonly graph: FileGraph,
    readonly node: OnnxNode,
    readonly opset: number,
    private readonly find: (name: string) => FileValue | undefined,
  ) {
    this.name = node.name || node.output[0] || node.op_type;
    this.text = `node ${this.name} (${node.op_type})`;
    for (const attribute of node.attribute) {
      if (attribute.ref_attr_name) throw this.error(`has the attribute ${attribute.name} of a function`);
      if (this.#attributes.has(attribute.name)) throw this.error(`has the attribute ${attribute.name} twice`);
      this.#attributes.set(attribute.name, attribute);
    }
  }

  error(what: string, remedy?: string): Error {
    return this.graph.error(this, what, remedy);
  }

  /** @throws EconError when it is missing */
  input(index: number, what: string): FileValue {
    const found = this.optional(index);
    if (!found) throw this.error(`has no ${what} (input ${index})`);
    return found;
  }

  optional(index: number): FileValue | undefined {
    this.#asked.add(index);
    const name = this.node.input[index];
    if (!name) return undefined;
    const found = this.find(name);
    if (!found) throw this.error(`takes ${name}, which nothing makes`, 'Write the file again.');
    return found;
  }

  inputs(): FileValue[] {
    return this.node.input.map((_, index) => this.input(index, 'value'));
  }

  /** Is there an attribute or an input of this place? */
  has(place: string | number): boolean {
    return typeof place === 'string' ? this.#attributes.has(place) : Boolean(this.node.input[place]);
  }

  int(name: string, otherwise?: number): number {
    const found = this.#attribute(name, ATTRIBUTE.int);
    // A number that is 0 takes no bytes in a message.
    if (found) return found.i ?? 0;
    if (otherwise === undefined) throw this.error(`has no attribute ${name}`);
    return otherwise;
  }

  flag(name: string, otherwise?: boolean): boolean {
    const value = this.int(name, otherwise === undefined ? undefined : Number(otherwise));
    if (value !== 0 && value !== 1) throw this.error(`has ${name} ${value}, neither 0 nor 1`);
    return value === 1;
  }

  float(name: string, otherwise?: number): number {
    const found = this.#attribute(name, ATTRIBUTE.float);
    if (found) return found.f ?? 0;
    if (otherwise === undefined) throw this.error(`has no attribute ${name}`);
    return otherwise;
  }

  string(name: string, otherwise: string): string {
    const found = this.#attribute(name, ATTRIBUTE.string);
    return found ? Buffer.from(found.s ?? []).toString() : otherwise;
  }

  ints(name: string): readonly number[] | undefined {
    return this.#attribute(name, ATTRIBUTE.ints)?.ints;
  }

  floats(name: string): readonly number[] | undefined {
    return this.#attribute(name, ATTRIBUTE.floats)?.floats;
  }

  tensor(name: string): TypedTensor | undefined {
    const found = this.#attribute(name, ATTRIBUTE.tensor)?.t;
    return found && onnxTensor(found, this.graph.builder.path);
  }

  /** For attributes and inputs that say nothing about what is computed. */
  ignore(...places: readonly (string | number)[]): void {
    for (const place of places) this.#asked.add(place);
  }

  /** An attribute that may only have the value that it has when it is left out. */
  only(name: string, value: number | string): void {
    const found = typeof value === 'number' ? this.int(name, value) : this.string(name, value);
    if (found !== value) throw this.error(`has ${name} ${found}; only ${value} is read`);
  }

  /** Nothing of the node may be left over. @throws EconError naming what is */
  done(): void {
    const attribute = [...this.#attributes.keys()].find((name) => !this.#asked.has(name));
    if (attribute !== undefined)
      throw this.error(`has the attribute ${attribute}, which is not known for it in opset ${this.opset}`);
    const input = this.node.input.findIndex((name, index) => name && !this.#asked.has(index));
    if (input >= 0)
      throw this.error(
        `has the input ${this.node.input[input]}, which is not known for it in opset ${this.opset}`,
      );
  }

  #attribute(name: string, type: number): OnnxAttribute | undefined {
    this.#asked.add(name);
    const found = this.#attributes.get(name);
    // Very old exporters leave the type out.
    if (found?.type && found.type !== type) throw this.error(`has the attribute ${name} in another type`);
    return found;
  }
}

/** How one kind of node is read: @returns its outputs, or the first one. */
export type NodeRule = (node: NodeReader, graph: FileGraph) => FileValue | readonly FileValue[];
/** One of a single output. */
export type PlainRule = (node: NodeReader, graph: FileGraph) => FileValue;
