import type { NumberType } from '../../base/index.js';
import type { FileGraph, FileValue } from '../reading/file-graph.js';
import { NodeReader, type NodeRule, type NodeRules } from '../reading/node-reader.js';
import type { AttrValue, NodeDef } from './schema.js';
import { sidesOf, tensorflowType, tensorOf } from './tensor.js';

/** Attributes that name types and counts which the inputs tell themselves, or how a machine is to run the node. */
const NEUTRAL =
  /^(_.*|T|U|Tshape|Tidx|Tperm|Tdim|Taxis|Tindices|Tparams|Tpaddings|Tmultiples|Tlen|Index|N|SrcT|Ta|Tb|Tout|dtype|index_type|use_cudnn_on_gpu|grad_x|grad_y|validate_indices|message)$/;

/** A node of a TensorFlow graph. */
export class TensorflowReader extends NodeReader {
  constructor(
    graph: FileGraph,
    private readonly node: NodeDef,
    find: (name: string) => FileValue | undefined,
  ) {
    // Inputs like ^name only tell an order.
    const taken = node.input.filter((input) => !input.startsWith('^'));
    super(graph, node.name ?? '', node.op ?? '', taken, find);
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

  /** Nothing of the node may be left over. @throws EconError naming what is */
  done(): void {
    const matter = Object.keys(this.node.attr).filter((name) => !NEUTRAL.test(name));
    this.finish(matter, '');
  }

  #attribute(name: string): AttrValue | undefined {
    this.ignore(name);
    return this.has(name) ? this.node.attr[name] : undefined;
  }
}

export type TensorflowRule = NodeRule<TensorflowReader>;
export type TensorflowRules = NodeRules<TensorflowReader>;
