import { type ActivationFormula, formulas, type GraphBuilder, relu } from '../graph/index.js';
import { Config } from './config.js';
import { type QuantizerUse, qkerasQuantizers } from './qkeras.js';
import { qkerasArguments } from './qkeras-arguments.js';

/** A value, and the layer that says what is made of it. */
export type Activation = Omit<QuantizerUse, 'trainable'>;

/** Tools that give one name to several functions. */
export type Dialect = 'keras2' | 'keras3' | 'qkeras';

function bounded(slope: number, max?: number): ActivationFormula {
  return (builder, name, value) => builder.add(name, relu(slope, max), [value]);
}

function named(name: 'sigmoid' | 'tanh' | 'softplus' | 'exp'): ActivationFormula {
  return (builder, node, value) => builder.add(node, { kind: 'function', name }, [value]);
}

/** Activations that Keras knows by name. */
const keras: Readonly<Record<string, ActivationFormula>> = {
  linear: (_builder, _name, value) => value,
  relu: bounded(0),
  relu6: bounded(0, 6),
  leaky_relu: bounded(0.2),
  sigmoid: named('sigmoid'),
  tanh: named('tanh'),
  softplus: named('softplus'),
  exponential: named('exp'),
  elu: formulas.elu(),
  selu: formulas.selu,
  gelu: formulas.gelu('erf'),
  silu: formulas.silu(),
  swish: formulas.silu(),
  hard_silu: formulas.hardSwish,
  hard_swish: formulas.hardSwish,
  hard_tanh: formulas.hardTanh,
  softsign: formulas.softsign,
  mish: formulas.mish,
  softmax: (builder, name, value) =>
    builder.add(name, { kind: 'softmax', axis: builder.shapeOf(value).length - 1 }, [value]),
};

/** Straight lines in place of a sigmoid: each tool has its own slope. */
const hardSigmoids: Readonly<Record<Dialect, ActivationFormula>> = {
  keras2: formulas.hardSigmoid(Math.fround(0.2)),
  keras3: formulas.hardSigmoid(1 / 6),
  qkeras: formulas.hardSigmoid(0.5),
};

/** The function of a name, as a tool means it. */
function activationOf(name: string, dialect: Dialect): ActivationFormula | undefined {
  if (name === 'hard_sigmoid') return hardSigmoids[dialect];
  if (name === 'smooth_sigmoid') return dialect === 'qkeras' ? formulas.hardSigmoid(0.1875) : undefined;
  return keras[name];
}

/**
 * An activation: a name of Keras, a QKeras quantizer as text (`quantized_relu(8,1)`) or as an object, or null.
 * @returns name of the value
 */
export function activate(use: Activation, given: unknown, dialect: Dialect): string {
  const { builder, name, value, config } = use;
  if (given === null || given === undefined) return value;
  if (typeof given === 'string') {
    const known = activationOf(given, dialect);
    if (known) return known(builder, name, value);
  } else {
    // Keras 3 writes a function as {class_name: 'function', config: 'relu'}.
    const { class_name: kind, config: inner } = given as { class_name?: unknown; config?: unknown };
    if (kind === 'function' && typeof inner === 'string') return activate(use, inner, dialect);
    if (kind === 'ReLU' || kind === 'LeakyReLU')
      throw config.error(
        `has an activation ${kind} with arguments inside`,
        `Put it behind as a layer of its own.`,
      );
  }
  return quantised(use, given, false);
}

/**
 * Applies a QKeras quantizer to a value.
 * @param trainable it is the quantizer of a kernel, whose alpha None means 'auto_po2'
 */
export function quantised(
  { builder, name, value, config }: Activation,
  given: unknown,
  trainable: boolean,
): string {
  if (given === null || given === undefined) return value;
  const { kind, entries } = quantizerOf(given, config);
  const rule = qkerasQuantizers[kind];
  if (!rule) {
    throw config.error(
      `has ${JSON.stringify(given)}, a quantizer or activation that is not read`,
      `Read are ${Object.keys(qkerasQuantizers).join(', ')}, and of Keras ${Object.keys(keras).join(', ')}.`,
    );
  }
  const own = new Config(entries, `${config.where}, ${kind}`, config.path);
  const made = rule({ builder, config: own, name, value, trainable });
  own.finish();
  return throughEstimator(builder, name, value, made);
}

/**
 * QKeras makes x + (quantised - x), in single precision: now and then that is a bit beside the quantised number. Weights are
 * read with that bit, because ties behind them hang on it.
 */
function throughEstimator(builder: GraphBuilder, name: string, x: string, quantisedX: string): string {
  const before = builder.known(x);
  const after = builder.known(quantisedX);
  if (!before || !after) return quantisedX;
  const kept = after.data.every(
    (q, i) => Math.fround(before.data[i] + Math.fround(q - before.data[i])) === q,
  );
  if (kept) return quantisedX;
  const distance = builder.add(`${name} estimator`, { kind: 'subtract' }, [quantisedX, x]);
  return builder.add(`${name} estimator`, { kind: 'add' }, [x, distance]);
}

function quantizerOf(given: unknown, config: Config): { kind: string; entries: Record<string, unknown> } {
  if (typeof given === 'string') {
    const parsed = /^\s*([A-Za-z_]\w*)\s*(?:\((.*)\))?\s*$/.exec(given);
    if (!parsed)
      throw config.error(
        `has the activation ${JSON.stringify(given)}, which is not read`,
        'Name it as Keras or QKeras does: "relu", "quantized_relu(8,3)".',
      );
    return {
      kind: parsed[1],
      entries: parsed[2] === undefined ? {} : argumentsOf(parsed[1], parsed[2], config),
    };
  }
  const { class_name: kind, config: entries } = given as { class_name?: unknown; config?: unknown };
  if (typeof kind !== 'string' || typeof entries !== 'object' || entries === null)
    throw config.error(
      `has ${JSON.stringify(given)}, which is no quantizer`,
      'Use a quantizer of QKeras (quantized_bits, quantized_relu, ...), or none.',
    );
  return { kind: kind.replace(/^.*>/, ''), entries: entries as Record<string, unknown> };
}

/** Arguments as QKeras reads them: numbers, True and False, quoted text; by place, then by name. */
function argumentsOf(kind: string, text: string, config: Config): Record<string, unknown> {
  const entries: Record<string, unknown> = {};
  const names = qkerasArguments[kind] ?? [];
  const parts = text.trim() === '' ? [] : text.split(',');
  parts.forEach((part, place) => {
    const [left, right] = part.split('=').map((side) => side.trim());
    const key = right === undefined ? names[place] : left;
    if (key === undefined)
      throw config.error(
        `has ${kind}(${text}) with more arguments than it takes`,
        `It takes ${names.join(', ')}.`,
      );
    entries[key] = argument(right ?? left, () =>
      config.error(
        `has ${kind}(${text}): ${part.trim()} is not read`,
        'Give numbers, True, False, None or quoted names.',
      ),
    );
  });
  return entries;
}

function argument(text: string, odd: () => Error): unknown {
  if (text === 'True') return true;
  if (text === 'False') return false;
  if (text === 'None') return null;
  const quoted = /^(['"])(.*)\1$/.exec(text);
  if (quoted) return quoted[2];
  const number = Number(text);
  if (text === '' || !Number.isFinite(number)) throw odd();
  return number;
}
