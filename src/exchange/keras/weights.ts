import type { Tensor } from '../graph/index.js';
import { badNetwork } from '../graph/network-error.js';

/** A tensor of the file with the names of the groups that it lies in. */
export interface StoredTensor extends Tensor {
  readonly path: readonly string[];
}

/** Where the layers of one model (nested models have their own) keep their weights. */
export interface LayerWeights {
  /**
   * @param name of the variable: `kernel`, `bias`, `moving_mean`, several as `a|b`; of parts of a layer `kq/k`
   * @param index among the variables of its part, as Keras 3 counts them: trainable ones first
   * @throws EconError when there is none, or more than one
   */
  take(name: string, index: number): Tensor;
}

export interface ModelWeights {
  /** The weights of a layer of this model. @param kind class without its package */
  layer(name: string, kind: string): LayerWeights;
  /** The weights of a model inside this one. */
  model(name: string, kind: string): ModelWeights;
  /** The same from the start: Keras 3 counts layers of one class in the order of the model. */
  afresh(): ModelWeights;
}

/** Tells the layout of the file: variables by name, or Keras 3's numbered variables. */
export function modelWeights(tensors: readonly StoredTensor[], file: string, path: string): ModelWeights {
  const numbered = tensors.some(({ path: at }) => at.includes('vars') && /^\d+$/.test(at[at.length - 1]));
  if (numbered) return new NumberedWeights(tensors, [], file, path);
  const inner = tensors.map((tensor) =>
    tensor.path[0] === 'model_weights' ? { ...tensor, path: tensor.path.slice(1) } : tensor,
  );
  return new NamedWeights(inner, [], file, path);
}

/** The tensors of a file, and the models that a model lies in. */
class StoredWeights {
  constructor(
    readonly tensors: readonly StoredTensor[],
    readonly outer: readonly string[],
    readonly file: string,
    readonly path: string,
  ) {}
}

/** HDF5 of Keras 2 and 3: the group of a layer (of the outermost model for nested ones), variables by name in it. */
class NamedWeights extends StoredWeights implements ModelWeights {
  model(name: string): ModelWeights {
    return new NamedWeights(this.tensors, [...this.outer, name], this.file, this.path);
  }

  afresh(): ModelWeights {
    return this;
  }

  layer(name: string): LayerWeights {
    const own = [...this.outer, name];
    return {
      take: (variable) => {
        const parts = variable.split('/');
        // Of a part (kq/k): the group of the part is called LAYER_kq.
        const group = parts.length > 1 ? `${name}_${parts[0]}` : undefined;
        const last = parts[parts.length - 1].split('|');
        const inLayer = this.tensors.filter(
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
        throw missing(this, own.join('/'), variable, narrow.length, inLayer);
      },
    };
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

/** Keras 3's .weights.h5: layers/KIND_NUMBER/vars/INDEX. */
class NumberedWeights extends StoredWeights implements ModelWeights {
  readonly #counts = new Map<string, number>();

  model(_name: string, kind: string): ModelWeights {
    const inside = [...this.outer, this.#next(kind)];
    return new NumberedWeights(this.tensors, inside, this.file, this.path);
  }

  afresh(): ModelWeights {
    return new NumberedWeights(this.tensors, this.outer, this.file, this.path);
  }

  layer(name: string, kind: string): LayerWeights {
    const own = [...this.outer, this.#next(kind)];
    return {
      take: (variable, index) => {
        const part = variable.includes('/') ? [variable.split('/')[0], 'quantizer'] : [];
        const wanted = [...own, ...part, 'vars', String(index)].join('/');
        // 'layers', or in Keras 2.12 '_layer_checkpoint_dependencies', stands before each name.
        const found = this.tensors.filter(
          ({ path }) =>
            path.filter((step) => !/^(layers|_layer_checkpoint_dependencies)$/.test(step)).join('/') ===
            wanted,
        );
        if (found.length === 1) return found[0];
        throw missing(this, `${name} (in the file ${own.join('/')})`, variable, found.length, this.tensors);
      },
    };
  }

  #next(kind: string): string {
    const base = snakeCase(kind);
    const count = this.#counts.get(base) ?? 0;
    this.#counts.set(base, count + 1);
    return count === 0 ? base : `${base}_${count}`;
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
  { file, path }: { file: string; path: string },
  layer: string,
  variable: string,
  found: number,
  have: readonly StoredTensor[],
): Error {
  const names = have.map((tensor) => tensor.path.join('/'));
  const list = names.length > 12 ? `${names.slice(0, 12).join(', ')}, ..` : names.join(', ') || 'none';
  return badNetwork(
    path,
    `${file} holds ${found === 0 ? 'no' : 'more than one'} ${variable} of layer ${layer}; tensors there: ${list}`,
    found === 0
      ? 'Save the weights of the very model whose architecture this is: model.save() writes both into one file.'
      : 'Give the layers of the parts of the model names of their own, and save it again.',
  );
}
