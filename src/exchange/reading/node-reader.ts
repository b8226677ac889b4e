import type { FileGraph, FileNode, FileValue } from './file-graph.js';

/**
 * What an operation gets from its node of an ONNX or TensorFlow file: inputs and attributes by their meaning. All must have
 * been asked for in the end.
 */
export abstract class NodeReader implements FileNode {
  readonly text: string;
  readonly #asked = new Set<string | number>();

  /**
   * @param taken names of the values that it takes, '' for one that is left out
   * @param find the value of a name in the file
   */
  constructor(
    readonly graph: FileGraph,
    readonly name: string,
    readonly op: string,
    private readonly taken: readonly string[],
    private readonly find: (name: string) => FileValue | undefined,
  ) {
    this.text = `node ${name} (${op})`;
  }

  error(what: string, remedy?: string): Error {
    return this.graph.error(this, what, remedy);
  }

  /** Number of its inputs. */
  get count(): number {
    return this.taken.length;
  }

  /** @throws EconError when it is missing */
  input(index: number, what: string): FileValue {
    const found = this.optional(index);
    if (!found) throw this.error(`has no ${what} (input ${index})`);
    return found;
  }

  optional(index: number): FileValue | undefined {
    this.#asked.add(index);
    const name = this.taken[index];
    if (!name) return undefined;
    const found = this.find(name);
    if (!found) throw this.error(`takes ${name}, which nothing makes`, 'Write the file again.');
    return found;
  }

  inputs(): FileValue[] {
    return this.taken.map((_, index) => this.input(index, 'value'));
  }

  /** For attributes and inputs that say nothing about what is computed. */
  ignore(...places: readonly (string | number)[]): void {
    for (const place of places) this.#asked.add(place);
  }

  abstract int(name: string, otherwise: number): number;
  abstract flag(name: string, otherwise: boolean): boolean;
  abstract float(name: string, otherwise: number): number;
  abstract string(name: string, otherwise: string): string;
  abstract ints(name: string): readonly number[] | undefined;

  /**
   * Nothing of the node may be left over.
   * @param attributes names of those that matter
   * @param where it is not known what is left over
   * @throws EconError naming what is
   */
  protected finish(attributes: readonly string[], where: string): void {
    const attribute = attributes.find((name) => !this.#asked.has(name));
    if (attribute !== undefined)
      throw this.error(`has the attribute ${attribute}, which is not known for it${where}`);
    const input = this.taken.find((name, index) => name && !this.#asked.has(index));
    if (input !== undefined) throw this.error(`has the input ${input}, which is not known for it${where}`);
  }
}

/** How one kind of node is read: @returns its outputs, or the first one. */
export type NodeRule<Node extends NodeReader = NodeReader> = (
  node: Node,
  graph: FileGraph,
) => FileValue | readonly FileValue[];

/** Rules by the names of operations. */
export type NodeRules<Node extends NodeReader = NodeReader> = Readonly<Record<string, NodeRule<Node>>>;
