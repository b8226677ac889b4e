import type { FileGraph, FileValue } from '../reading/file-graph.js';
import { NodeReader, type NodeRule, type NodeRules } from '../reading/node-reader.js';
import { ATTRIBUTE, type OnnxAttribute, type OnnxNode } from './schema.js';
import { onnxTensor, type TypedTensor } from './tensor.js';

/** A node of an ONNX file. */
export class OnnxReader extends NodeReader {
  readonly #attributes = new Map<string, OnnxAttribute>();

  /** @param opset version of the operations of the node's domain */
  constructor(
    graph: FileGraph,
    readonly node: OnnxNode,
    readonly opset: number,
    find: (name: string) => FileValue | undefined,
  ) {
    super(graph, node.name || node.output[0] || node.op_type, node.op_type, node.input, find);
    for (const attribute of node.attribute) {
      if (attribute.ref_attr_name) throw this.error(`has the attribute ${attribute.name} of a function`);
      if (this.#attributes.has(attribute.name)) throw this.error(`has the attribute ${attribute.name} twice`);
      this.#attributes.set(attribute.name, attribute);
    }
  }

  /** Is there an attribute or an input of this place? */
  has(place: string | number): boolean {
    return typeof place === 'string' ? this.#attributes.has(place) : Boolean(this.node.input[place]);
  }

  int(name: string, otherwise?: number): number {
    const found = this.#attribute(name, ATTRIBUTE.int);
    // A number that is 0 takes no bytes in a message.
    return found ? (found.i ?? 0) : this.#default(name, otherwise);
  }

  flag(name: string, otherwise?: boolean): boolean {
    const value = this.int(name, otherwise === undefined ? undefined : Number(otherwise));
    if (value !== 0 && value !== 1) throw this.error(`has ${name} ${value}, neither 0 nor 1`);
    return value === 1;
  }

  float(name: string, otherwise?: number): number {
    const found = this.#attribute(name, ATTRIBUTE.float);
    return found ? (found.f ?? 0) : this.#default(name, otherwise);
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

  /** An attribute that may only have the value that it has when it is left out. */
  only(name: string, value: number | string): void {
    const found = typeof value === 'number' ? this.int(name, value) : this.string(name, value);
    if (found !== value) throw this.error(`has ${name} ${found}; only ${value} is read`);
  }

  /** Nothing of the node may be left over. @throws EconError naming what is */
  done(): void {
    this.finish([...this.#attributes.keys()], ` in opset ${this.opset}`);
  }

  #default(name: string, otherwise: number | undefined): number {
    if (otherwise === undefined) throw this.error(`has no attribute ${name}`);
    return otherwise;
  }

  #attribute(name: string, type: number): OnnxAttribute | undefined {
    this.ignore(name);
    const found = this.#attributes.get(name);
    // Very old exporters leave the type out.
    if (found?.type && found.type !== type) throw this.error(`has the attribute ${name} in another type`);
    return found;
  }
}

export type OnnxRule = NodeRule<OnnxReader>;
export type OnnxRules = NodeRules<OnnxReader>;
