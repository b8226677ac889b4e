import { isFloat, type NumberType } from '../../base/index.js';
import {
  type ActivationFormula,
  type GraphBuilder,
  type Operation,
  type Range,
  scalar,
  type Tensor,
} from '../graph/index.js';
import { badNetwork } from '../graph/network-error.js';
import { mustBeSmall } from '../graph/tensor-size.js';

/** A value on its way from a file to the graph: its name there, and the type that its numbers have in the file. */
export interface FileValue {
  readonly value: string;
  readonly type: NumberType;
}

/** A node of a file, as messages name it. */
export interface FileNode {
  /** For the graph. */
  readonly name: string;
  /** `node conv1 (Conv)`. */
  readonly text: string;
  /** What helps when it cannot be read. */
  readonly remedy?: string;
}

/** For an operation that a node needs beside its own: its name leaves that of the node to the value that the node makes. */
export function part({ name, text }: FileNode, what: string): FileNode {
  return { name: `${name}/${what}`, text };
}

/**
 * Between files whose shapes count the batch (ONNX, TensorFlow) and the graph, whose shapes do not: a batched value of the
 * file's shape [batch, 8, 4, 4] is [8, 4, 4] in the graph. What would move, split or join the batch is refused.
 */
export class FileGraph {
  /**
   * @param batch number of samples that the file itself tells; 1 when it leaves that open. Shapes that nodes compute
   * (Shape, Reshape) are computed with it.
   */
  constructor(
    readonly builder: GraphBuilder,
    readonly batch: number,
  ) {}

  error({ text, remedy }: FileNode, what: string, better = remedy): Error {
    return badNetwork(
      this.builder.path,
      `${text} ${what}`,
      better ?? 'Change that in the tool that wrote the file, and write it again.',
    );
  }

  /** @param sides with the batch */
  input(name: string, sides: readonly number[], type: NumberType): FileValue {
    return { value: this.builder.input(name, sides.slice(1)), type };
  }

  constant(name: string, { shape, data }: Tensor, type: NumberType): FileValue {
    return this.add({ name, text: `tensor ${name}` }, { kind: 'constant', value: { shape, data } }, [], type);
  }

  /** One number for all samples and places. */
  number(name: string, value: number, type: NumberType): FileValue {
    return this.constant(name, scalar(value), type);
  }

  isBatched({ value }: FileValue): boolean {
    return this.builder.known(value) === undefined;
  }

  /** With the batch, as the file means it. */
  sides(value: FileValue): number[] {
    const shape = this.builder.shapeOf(value.value);
    return this.isBatched(value) ? [this.batch, ...shape] : [...shape];
  }

  /** The numbers of a value that is the same for all samples. @throws EconError when it is not */
  known(node: FileNode, value: FileValue, what: string): Tensor {
    const found = this.builder.known(value.value);
    if (!found)
      throw this.error(
        node,
        `takes its ${what} from the wafer`,
        `Export the network with a constant ${what}.`,
      );
    return found;
  }

  /** Whole numbers of such a value. */
  knownIntegers(node: FileNode, value: FileValue, what: string): number[] {
    const numbers = [...this.known(node, value, what).data];
    const broken = numbers.find((v) => !Number.isInteger(v));
    if (broken !== undefined) throw this.error(node, `has ${broken} as ${what}`);
    return numbers;
  }

  /** The one number of such a value. */
  knownNumber(node: FileNode, value: FileValue, what: string): number {
    const { data } = this.known(node, value, what);
    if (data.length !== 1) throw this.error(node, `has ${data.length} numbers as ${what} instead of one`);
    return data[0];
  }

  /** Sides of the kernel of a convolution. @throws EconError when it is no constant of four axes */
  kernelSides(node: FileNode, kernel: FileValue): number[] {
    const sides = this.sides(kernel);
    if (sides.length === 4 && !this.isBatched(kernel)) return sides;
    throw this.error(
      node,
      `has a kernel of shape ${sides.join('x')}; a constant one of four axes is read`,
      'Write the layer as a convolution over rows and columns whose weights are in the file.',
    );
  }

  /**
   * Axis of the graph for one of the file, negative ones counted from the end.
   * @throws EconError when there is none, or when it is that of the batch
   */
  axis(node: FileNode, value: FileValue, axis: number): number {
    const count = this.sides(value).length;
    const positive = axis < 0 ? axis + count : axis;
    if (!Number.isInteger(positive) || positive < 0 || positive >= count)
      throw this.error(node, `works along axis ${axis} of a value with ${count} axes`);
    if (!this.isBatched(value)) return positive;
    if (positive === 0) throw this.overBatch(node);
    return positive - 1;
  }

  overBatch(node: FileNode): Error {
    return this.error(
      node,
      'works across the wafers of a batch (axis 0)',
      'Export the network so that axis 0 of every value is the batch, and nothing mixes wafers.',
    );
  }

  /** @returns the value of the operation, of the type of its first input unless another is given */
  add(node: FileNode, op: Operation, inputs: readonly FileValue[], type?: NumberType): FileValue {
    const made = type ?? inputs[0].type;
    const names = inputs.map((input) => input.value);
    return { value: this.builder.add(node.name, op, names, undefined, !isFloat(made)), type: made };
  }

  /** An activation that is a formula of several operations. */
  formula({ name }: FileNode, { value, type }: FileValue, formula: ActivationFormula): FileValue {
    return { value: formula(this.builder, name, value), type };
  }

  /** Operations whose inputs are broadcast, as NumPy does with the shapes of the file. */
  broadcast(node: FileNode, op: Operation, inputs: readonly FileValue[], type?: NumberType): FileValue {
    const most = Math.max(...inputs.map((input) => this.sides(input).length));
    const batched = inputs.some((input) => this.isBatched(input));
    const aligned = batched ? inputs.map((input) => this.#withoutBatch(node, input, most)) : inputs;
    return this.add(node, op, aligned, type ?? inputs[0].type);
  }

  /** A shape in which a tensor of the file lies along values of `axes` axes (with the batch). */
  #withoutBatch(node: FileNode, input: FileValue, axes: number): FileValue {
    const sides = this.sides(input);
    if (this.isBatched(input)) {
      if (sides.length !== axes)
        throw this.error(node, `combines a value of shape ${sides.join('x')} with one of ${axes} axes`);
      return input;
    }
    return sides.length < axes ? input : this.#sameForAll(node, input);
  }

  /** A constant with the axis of the batch, without it: it must be the same for all samples. */
  #sameForAll(node: FileNode, value: FileValue): FileValue {
    const [first, ...rest] = this.sides(value);
    const own = part(node, 'constant');
    if (first === 1) return this.shaped(own, value, rest);
    const { data } = this.known(node, value, 'constant');
    const size = data.length / first;
    if (first !== this.batch || data.some((v, i) => v !== data[i % size]))
      throw this.error(
        node,
        `has a constant of shape ${[first, ...rest].join('x')}: other numbers for each wafer`,
        'A chip treats all wafers alike: give axis 0 of the constant one place.',
      );
    const one = { shape: rest, data: data.subarray(0, size) };
    return this.constant(own.name, one, value.type);
  }

  /**
   * A tensor of the file that is broadcast to `like`, as the graph broadcasts it.
   * @param axis of the file along which a list of numbers lies; undefined: as NumPy does
   */
  beside(node: FileNode, tensor: Tensor, like: FileValue, axis?: number): Tensor {
    const axes = this.sides(like).length;
    if (tensor.data.length === 1) return { shape: [], data: tensor.data };
    const along =
      axis === undefined || tensor.shape.length !== 1
        ? [...tensor.shape]
        : [...tensor.shape, ...new Array<number>(axes - 1 - (axis < 0 ? axis + axes : axis)).fill(1)];
    if (!this.isBatched(like) || along.length < axes) return { shape: along, data: tensor.data };
    if (along.length > axes || along[0] !== 1)
      throw this.error(node, `has a table of shape ${tensor.shape.join('x')} beside a value of ${axes} axes`);
    return { shape: along.slice(1), data: tensor.data };
  }

  /** @param sides of the graph */
  shaped(node: FileNode, value: FileValue, sides: readonly number[]): FileValue {
    if (sides.join() === this.builder.shapeOf(value.value).join() && sides.length > 0) return value;
    return this.add(node, { kind: 'reshape', shape: sides }, [value]);
  }

  /** @param sides of the file, all positive @throws EconError when the batch is not its first side */
  reshape(node: FileNode, value: FileValue, sides: readonly number[]): FileValue {
    mustBeSmall(sides, node.text, this.builder.path);
    if (!this.isBatched(value)) return this.add(node, { kind: 'reshape', shape: sides }, [value]);
    if (sides[0] !== this.batch)
      throw this.error(
        node,
        `makes ${this.sides(value).join('x')} into ${sides.join('x')}, where axis 0 is the batch of ${this.batch} no more`,
        'Export the network with a reshape that keeps the batch as the first axis.',
      );
    return this.add(node, { kind: 'reshape', shape: sides.slice(1) }, [value]);
  }

  /** @param order of the axes of the file */
  transpose(node: FileNode, value: FileValue, order: readonly number[]): FileValue {
    if (!this.isBatched(value)) return this.add(node, { kind: 'transpose', order }, [value]);
    if (order[0] !== 0) throw this.overBatch(node);
    return this.add(node, { kind: 'transpose', order: order.slice(1).map((axis) => axis - 1) }, [value]);
  }

  /** Ranges of every axis of the file; the axis of the batch must be taken whole. */
  slice(node: FileNode, value: FileValue, ranges: readonly Range[]): FileValue {
    if (!this.isBatched(value)) return this.add(node, { kind: 'slice', ranges }, [value]);
    const [first, ...rest] = ranges;
    if (first.from !== 0 || first.to !== this.batch || first.step !== 1) throw this.overBatch(node);
    return this.add(node, { kind: 'slice', ranges: rest }, [value]);
  }

  /** Numbers before and after each axis of the file. */
  pad(
    node: FileNode,
    x: FileValue,
    before: readonly number[],
    after: readonly number[],
    value: number,
  ): FileValue {
    if (!this.isBatched(x)) return this.add(node, { kind: 'pad', before, after, value }, [x]);
    if (before[0] !== 0 || after[0] !== 0) throw this.overBatch(node);
    return this.add(node, { kind: 'pad', before: before.slice(1), after: after.slice(1), value }, [x]);
  }

  /** Repeats a value until it has the sides, as broadcasting does. */
  expand(node: FileNode, x: FileValue, sides: readonly number[]): FileValue {
    const ones = new Float64Array(mustBeSmall(sides, node.text, this.builder.path)).fill(1);
    const by = this.constant(`${node.name}/ones`, { shape: sides, data: ones }, x.type);
    return this.broadcast(node, { kind: 'multiply' }, [x, by]);
  }

  /** Values of one file axis after another; constants beside batched values lose their first side of 1. */
  concatenate(node: FileNode, values: readonly FileValue[], axis: number): FileValue {
    if (values.length === 0) throw this.error(node, 'joins nothing');
    const batched = values.find((value) => this.isBatched(value));
    if (!batched)
      return this.add(node, { kind: 'concatenate', axis: this.axis(node, values[0], axis) }, values);
    const inner = this.axis(node, batched, axis);
    const aligned = values.map((value) => (this.isBatched(value) ? value : this.#sameForAll(node, value)));
    return this.add(node, { kind: 'concatenate', axis: inner }, aligned);
  }

  /** Between number types: whole numbers lose what is behind the point; other floating-point types than the graph's are refused. */
  cast(node: FileNode, value: FileValue, to: NumberType): FileValue {
    const fraction = isFloat(value.type) && !isFloat(to);
    const changes = isFloat(to) && isFloat(value.type) && to !== value.type;
    // A number beyond a narrow type is whatever the machine makes of it.
    const narrow = fraction && to !== 'bool' && !/(32|64)$/.test(to);
    if (this.isBatched(value) && (changes || narrow))
      throw this.error(
        node,
        `changes values from ${value.type} to ${to} in the middle of the network`,
        'Export the network in one floating-point type.',
      );
    if (to === 'bool') {
      const zero = this.number(`${node.name}/zero`, 0, value.type);
      return this.broadcast(node, { kind: 'compare', name: 'not-equal' }, [value, zero], 'bool');
    }
    if (!fraction) return this.add(node, { kind: 'function', name: 'identity' }, [value], to);
    return this.add(node, { kind: 'function', name: 'truncate' }, [value], to);
  }
}
