/** The few parts of the WebAssembly interface that we use; TypeScript knows them only with the browser's types. */
interface WebAssemblyApi {
  Memory: new (descriptor: { initial: number }) => { readonly buffer: ArrayBuffer };
  instantiate(
    code: Uint8Array<ArrayBuffer>,
    imports: object,
  ): Promise<{ readonly instance: { readonly exports: Record<string, (n?: number) => void> } }>;
}

const api = (globalThis as unknown as { WebAssembly: WebAssemblyApi }).WebAssembly;

/** The compiled functions of a design and the memory on which they work. */
export interface Engine {
  readonly buffer: ArrayBuffer;
  /** Evaluates what depends on marked groups, asynchronous controls included. */
  settle(): void;
  /** n times: settle, then the clock edge of domain 0. */
  run(n: number): void;
  /** Clock edge per domain; only after `settle`. */
  readonly commits: readonly (() => void)[];
  /** Counts changed bits, when the code was emitted with counters. */
  readonly count?: () => void;
}

export async function startEngine(
  code: Uint8Array<ArrayBuffer>,
  pages: number,
  domains: number,
): Promise<Engine> {
  const memory = new api.Memory({ initial: pages });
  const { instance } = await api.instantiate(code, { env: { memory } });
  const { settle, run, count, ...rest } = instance.exports;
  return {
    buffer: memory.buffer,
    settle,
    run,
    count,
    commits: Array.from({ length: domains }, (_, k) => rest[`commit${k}`]),
  };
}
