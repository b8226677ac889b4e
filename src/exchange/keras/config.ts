import { badNetwork } from '../graph/network-error.js';

/** Entries that say how a layer was trained or stored, not what it computes. */
const WITHOUT_EFFECT =
  /^(name|trainable|shared_object_id|autocast|.*_initializer|.*_regularizer|.*_constraint|activity_regularizer|kernel_range|bias_range|batch_size|build_config|seed|momentum|lora_rank|lora_alpha|synchronized|__passive_serialization__|output_shape_type|output_shape_module|gru_ste)$/;

/**
 * The config of a Keras layer or quantizer. What is asked for is noted; what nobody asked for is refused at the end, so that
 * no argument is lost.
 */
export class Config {
  readonly #entries: Readonly<Record<string, unknown>>;
  readonly #asked = new Set<string>();

  /** @param where `layer conv (Conv2D)`, for messages */
  constructor(
    entries: Readonly<Record<string, unknown>>,
    readonly where: string,
    readonly path: string,
  ) {
    this.#entries = entries;
  }

  has(key: string): boolean {
    return key in this.#entries;
  }

  /** undefined when it is missing or null. */
  get(key: string): unknown {
    this.#asked.add(key);
    return this.#entries[key] ?? undefined;
  }

  number(key: string, otherwise?: number): number {
    const value = this.get(key);
    if (value === undefined && otherwise !== undefined) return otherwise;
    // Keras writes numbers of NumPy as {class_name: '__numpy__'...}: those are refused here by name.
    const number = typeof value === 'boolean' ? Number(value) : value;
    if (typeof number !== 'number' || !Number.isFinite(number)) throw this.odd(key, value, 'a number');
    return number;
  }

  flag(key: string, otherwise: boolean): boolean {
    const value = this.get(key);
    if (value === undefined) return otherwise;
    if (typeof value === 'boolean') return value;
    if (value === 0 || value === 1) return value === 1;
    throw this.odd(key, value, 'true or false');
  }

  text(key: string, otherwise?: string): string {
    const value = this.get(key) ?? otherwise;
    if (typeof value !== 'string') throw this.odd(key, value, 'a name');
    return value;
  }

  numbers(key: string, count?: number): number[] {
    const value = this.get(key);
    const list =
      typeof value === 'number' && count !== undefined ? new Array<number>(count).fill(value) : value;
    if (
      !Array.isArray(list) ||
      (count !== undefined && list.length !== count) ||
      !list.every((v): v is number => typeof v === 'number' && Number.isInteger(v))
    )
      throw this.odd(key, value, `${count ?? 'a list of'} integers`);
    return list;
  }

  pair(key: string, otherwise: number): readonly [number, number] {
    if (this.get(key) === undefined) return [otherwise, otherwise];
    const [a, b] = this.numbers(key, 2);
    return [a, b];
  }

  /** @throws EconError when the entry is there and none of the values; missing or null is well. */
  only(key: string, ...values: readonly unknown[]): void {
    const value = this.get(key);
    if (value === undefined || values.includes(value)) return;
    throw this.error(
      `has ${key} = ${JSON.stringify(value)}, which is not known here`,
      values.length > 0
        ? `Build it with ${key} = ${values.map((v) => JSON.stringify(v)).join(' or ')}.`
        : `Build it without ${key}.`,
    );
  }

  odd(key: string, value: unknown, wanted: string): Error {
    return this.error(
      `has ${key} = ${JSON.stringify(value) ?? 'nothing'}, not ${wanted}`,
      `Build it with ${wanted} for ${key}, or say what it computes with other layers (docs/exchange.md).`,
    );
  }

  error(what: string, remedy?: string): Error {
    return badNetwork(
      this.path,
      `${this.where} ${what}`,
      remedy ??
        'Leave it out of the model, or say what it computes with layers that are read (docs/exchange.md).',
    );
  }

  /**
   * @param passedOver names of further entries that say nothing about what is computed
   * @throws EconError naming the first entry that nobody asked for
   */
  finish(passedOver?: RegExp): void {
    for (const [key, value] of Object.entries(this.#entries)) {
      if (this.#asked.has(key) || WITHOUT_EFFECT.test(key) || passedOver?.test(key)) continue;
      if (key === 'dtype') this.#checkType(value);
      else if (value !== null && value !== undefined)
        throw this.error(
          `has ${key} = ${JSON.stringify(value)}, which is not known here`,
          `Build it without ${key}; if that changes what it computes, with other layers (docs/exchange.md).`,
        );
    }
  }

  #checkType(value: unknown): void {
    const policy = value as { config?: { name?: string } } | string | undefined;
    const name = typeof policy === 'string' ? policy : policy?.config?.name;
    if (name !== 'float32' && name !== undefined)
      throw this.error(
        `computes in ${name}`,
        "Load it with keras.config.set_dtype_policy('float32'), or cast the weights, and save it again.",
      );
  }
}
