import type { Tensor } from '../graph/index.js';
import { badNetwork } from '../graph/network-error.js';
import type { KerasLayer } from './architecture.js';

/** A tensor of the file with the names of the groups that it lies in. */
export interface StoredTensor extends Tensor {
  readonly path: readonly string[];
}

/** Where a layer, or a model with its layers, keeps its weights. */
export interface Weights {
  /**
   * @param name of the variable: `kernel`, `bias`, `moving_mean`, several as `a|b`; of parts of a layer `kq/k`
   * @param index among the variables of its part, as Keras 3 counts them: trainable ones first
   * @throws EconError when there is none, or more than one
   */
  take(name: string, index: number): Tensor;
  /** Those of the layers of the model, by name. */
  of(layers: readonly Pick<KerasLayer, 'name' | 'kind'>[]): ReadonlyMap<string, Weights>;
}

interface WeightFile {
  readonly tensors: readonly StoredTensor[];
  readonly name: string;
  /** Of the model, for messages. */
  readonly path: string;
}

/** Tells the layout of the file: variables by name, or Keras 3's numbered variables. @param name of the file */
export function modelWeights(tensors: readonly StoredTensor[], name: string, path: string): Weights {
  const numbered = tensors.some(({ path: at }) => at.includes('vars') && /^\d+$/.test(at[at.length - 1]));
  if (numbered) return new NumberedWeights({ tensors, name, path });
  const inner = tensors.map((tensor) =>
    tensor.path[0] === 'model_weights' ? { ...tensor, path: tensor.path.slice(1) } : tensor,
  );
  return new NamedWeights({ tensors: inner, name, path });
}

/** HDF5 of Keras 2 and 3: the group of a layer (of the outermost model for nested ones), variables by name in it. */
class NamedWeights implements Weights {
  /** @param own names of the models that it lies in, and its own */
  constructor(
    readonly file: WeightFile,
    readonly own: readonly string[] = [],
  ) {}

  of(layers: readonly Pick<KerasLayer, 'name'>[]): ReadonlyMap<string, Weights> {
    return new Map(layers.map(({ name }) => [name, new NamedWeights(this.file, [...this.own, name])]));
  }

  take(variable: string): Tensor {
    const { file, own } = this;
    const name = own[own.length - 1];
    const parts = variable.split('/');
    // Of a part (kq/k): the group of the part is called LAYER_kq.
    const group = parts.length > 1 ? `${name}_${parts[0]}` : undefined;
    const last = parts[parts.length - 1].split('|');
    const inLayer = file.tensors.filter(
      ({ path }) => path[0] === own[0] && last.includes(plain(path.at(-1))),
    );
    const here = inLayer.filter(
      ({ path }) =>
        (own.length === 1 || path.slice(1, -1).some((step) => plain(step) === name)) &&
        (group === undefined
          ? !path.some((step) => /_(kq|bq|iq|oq)$/.test(step) && step !== name)
          : path.includes(group)),
    );
    // Whatever else matches: all the models that the layer lies in, in their order.
    const narrow = here.length > 1 ? here.filter(({ path }) => isWithin(own, path)) : here;
    if (narrow.length === 1) return narrow[0];
    throw missing(file, own.join('/'), variable, narrow.length, inLayer);
  }
}

function isWithin(names: readonly string[], path: readonly string[]): boolean {
  let at = 0;
  for (const step of path) if (step === names[at]) at++;
  return at === names.length;
}

/** Name without the number of the output that TensorFlow puts behind. */
function plain(name: string | undefined): string {
  return name?.replace(/:0$/, '') ?? '';
}

/** Keras 3's .weights.h5: layers/KIND_NUMBER/vars/INDEX. Layers of one class are counted in the order of the model. */
class NumberedWeights implements Weights {
  /** @param own groups of the models that it lies in, and its own @param name of the layer */
  constructor(
    readonly file: WeightFile,
    readonly own: readonly string[] = [],
    readonly name = '',
  ) {}

  of(layers: readonly Pick<KerasLayer, 'name' | 'kind'>[]): ReadonlyMap<string, Weights> {
    const counts = new Map<string, number>();
    return new Map(
      layers.map(({ name, kind }) => {
        const base = snakeCase(kind);
        const count = counts.get(base) ?? 0;
        counts.set(base, count + 1);
        const group = count === 0 ? base : `${base}_${count}`;
        return [name, new NumberedWeights(this.file, [...this.own, group], name)];
      }),
    );
  }

  take(variable: string, index: number): Tensor {
    const { file, own, name } = this;
    const part = variable.includes('/') ? [variable.split('/')[0], 'quantizer'] : [];
    const wanted = [...own, ...part, 'vars', String(index)].join('/');
    // 'layers', or in Keras 2.12 '_layer_checkpoint_dependencies', stands before each name.
    const found = file.tensors.filter(
      ({ path }) =>
        path.filter((step) => !/^(layers|_layer_checkpoint_dependencies)$/.test(step)).join('/') === wanted,
    );
    if (found.length === 1) return found[0];
    throw missing(file, `${name} (in the file ${own.join('/')})`, variable, found.length, file.tensors);
  }
}

/** QConv2D to q_conv2d, as Keras 3 names groups. */
function snakeCase(kind: string): string {
  return kind
    .replace(/\W+/g, '')
    .replace(/(.)([A-Z][a-z]+)/g, '$1_$2')
    .replace(/([a-z])([A-Z])/g, '$1_$2')
    .toLowerCase();
}

function missing(
  { name, path }: WeightFile,
  layer: string,
  variable: string,
  found: number,
  have: readonly StoredTensor[],
): Error {
  const names = have.map((tensor) => tensor.path.join('/'));
  const list = names.length > 12 ? `${names.slice(0, 12).join(', ')}, ..` : names.join(', ') || 'none';
  return badNetwork(
    path,
    `${name} holds ${found === 0 ? 'no' : 'more than one'} ${variable} of layer ${layer}; tensors there: ${list}`,
    found === 0
      ? 'Save the weights of the very model whose architecture this is: model.save() writes both into one file.'
      : 'Give the layers of the parts of the model names of their own, and save it again.',
  );
}
