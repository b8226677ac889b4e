import type { FileGraph, FileNode, FileValue } from '../reading/file-graph.js';
import type { NumberType } from '../reading/number-types.js';
import type { AttrValue, NodeDef } from './schema.js';
import { sidesOf, tensorflowType, tensorOf } from './tensor.js';

/** Attributes that name types and counts which the inputs tell themselves, or how a machine is to run the node. */
const NEUTRAL = new Set([
  'T',
  'U',
  'Tshape',
  'Tidx',
  'Tperm',
  'Tdim',
  'Taxis',
  'Tindices',
  'Tparams',
  'Tpaddings',
  'Tmultiples',
  'Tlen',
  'Index',
  'N',
  'SrcT',
  'Ta',
  'Tb',
  'Tout',
  'dtype',
  'index_type',
  'use_cudnn_on_gpu',
  'grad_x',
  'grad_y',
  'validate_indices',
  'message',
]);

/** What an operation gets from its node. All inputs and attributes must have been asked for in the end. */
export class NodeReader implements FileNode {
  readonly name: string;
  readonly text: string;
  readonly op: string;
  /** Names of values, without those that only tell an order. */
  readonly #inputs: readonly string[];
  readonly #asked = new Set<string | number>();

  constructor(
    readonly graph: FileGraph,
    private readonly node: NodeDef,
    private readonly find: (name: string) => FileValue | undefined,
  ) {
    this.name = node.name ?? '';
    this.op = node.op ?? '';
    this.text = `node ${this.name} (${this.op})`;
    this.#inputs = node.input.filter((input) => !input.startsWith('^'));
  }

  error(what: string, remedy?: string): Error {
    return this.graph.error(this, what, remedy);
  }

  get count(): number {
    return this.#inputs.length;
  }

  /** @throws EconError when it is missing; negative places count from the last */
  input(place: number, what: string): FileValue {
    const index = place < 0 ? place + this.#inputs.length : place;
    this.#asked.add(index);
    const name = this.#inputs[index];
    if (name === undefined) throw this.error(`has no ${what} (input ${index})`);
    const found = this.find(name);
    if (!found) throw this.error(`takes ${name}, which nothing makes`, 'Write the file again.');
    return found;
  }

  inputs(): FileValue[] {
    return this.#inputs.map((_, index) => this.input(index, 'value'));
  }

  has(name: string): boolean {
    return Object.hasOwn(this.node.attr, name);
  }

  int(name: string, otherwise: number): number {
    const found = this.#attribute(name);
    return found ? (found.i ?? 0) : otherwise;
  }

  flag(name: string, otherwise: boolean): boolean {
    const found = this.#attribute(name);
    return found ? (found.b ?? false) : otherwise;
  }

  float(name: string, otherwise: number): number {
    const found = this.#attribute(name);
    return found ? (found.f ?? 0) : otherwise;
  }

  string(name: string, otherwise: string): string {
    const found = this.#attribute(name);
    return found ? Buffer.from(found.s ?? []).toString() : otherwise;
  }

  strings(name: string): string[] {
    return (this.#attribute(name)?.list?.s ?? []).map((text) => Buffer.from(text).toString());
  }

  ints(name: string): readonly number[] | undefined {
    const found = this.#attribute(name);
    return found && (found.list?.i ?? []);
  }

  type(name: string, otherwise: NumberType): NumberType {
    const found = this.#attribute(name);
    return found ? tensorflowType(found.type ?? 0, this.text, this.graph.builder.path) : otherwise;
  }

  /** Sides of a shape, -1 where it is open; undefined when it is not told at all. */
  shape(name: string): number[] | undefined {
    return sidesOf(this.#attribute(name)?.shape);
  }

  tensor(name: string): ReturnType<typeof tensorOf> {
    const found = this.#attribute(name)?.tensor;
    if (!found) throw this.error(`has no tensor ${name}`);
    return tensorOf(found, this.text, this.graph.builder.path);
  }

  ignore(...places: readonly (string | number)[]): void {
    for (const place of places) this.#asked.add(place);
  }

  /** Nothing of the node may be left over. @throws EconError naming what is */
  done(): void {
    const attribute = Object.keys(this.node.attr).find(
      (name) => !this.#asked.has(name) && !NEUTRAL.has(name) && !name.startsWith('_'),
    );
    if (attribute !== undefined)
      throw this.error(`has the attribute ${attribute}, which is not known for it`);
    const input = this.#inputs.findIndex((_, index) => !this.#asked.has(index));
    if (input >= 0) throw this.error(`has the input ${this.#inputs[input]}, which is not known for it`);
  }

  #attribute(name: string): AttrValue | undefined {
    this.#asked.add(name);
    return this.has(name) ? this.node.attr[name] : undefined;
  }
}

/** How one kind of node is read: @returns its outputs. */
export type NodeRule = (node: NodeReader, graph: FileGraph) => FileValue | readonly FileValue[];
