import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { z } from 'zod';
import { EconError, fileError } from './errors.js';
import { sha256 } from './files.js';

/** Where a thing that is not ours comes from: a module loaded with --with. */
export interface LoadedModule {
  /** file:// URL, for threads that must load it, too. */
  readonly url: string;
  /** SHA-256 of the file, in hex; what the file imports itself is not in it. */
  readonly sha256: string;
  /** URL of the library that its function was given. */
  readonly library: string;
}

/** One thing from outside, for reports and run folders. */
export interface Registered {
  readonly kind: string;
  readonly name: string;
  readonly module: LoadedModule;
}

/** Names come in lists of command lines (`TS,BC`) and in file names. */
const NAME = /^[A-Za-z0-9][\w.-]*$/;

const registries = new Map<string, Registry<unknown>>();
const modules = new Map<string, LoadedModule>();
const outside: Registered[] = [];

/** Named things of one kind: ours first, in their order, then those from outside in the order in which they came. */
export class Registry<T> {
  private readonly things = new Map<string, T>();

  /**
   * @param kind what one thing is called: 'loss', 'algorithm'
   * @param check what is wrong with a thing, as a sentence; undefined when nothing is
   */
  constructor(
    readonly kind: string,
    private readonly check: (thing: T) => string | undefined = () => undefined,
  ) {
    if (registries.has(kind)) throw new Error(`there are two registries of the kind ${kind}`);
    registries.set(kind, this as Registry<unknown>);
  }

  names(): string[] {
    return [...this.things.keys()];
  }

  values(): T[] {
    return [...this.things.values()];
  }

  find(name: string): T | undefined {
    return this.things.get(name);
  }

  /** @param where option, file or field that says the name @throws EconError base/unknown-name */
  get(name: string, where: string): T {
    const thing = this.things.get(name);
    if (thing !== undefined) return thing;
    throw new EconError({
      code: 'base/unknown-name',
      where,
      what: `there is no ${this.kind} ${JSON.stringify(name)}.`,
      remedy: `There are ${this.names().join(', ')}; one of your own comes with --with ./file.mjs.`,
    });
  }

  /** @throws EconError base/bad-thing for a name or a thing that is none, base/name-taken */
  add(name: string, thing: T, where = `${this.kind} ${name}`): void {
    const bad = (what: string): EconError =>
      new EconError({
        code: 'base/bad-thing',
        where,
        what,
        remedy: `docs/extending.md says what makes a ${this.kind}.`,
      });
    if (typeof name !== 'string' || !NAME.test(name))
      throw bad(`${JSON.stringify(name)} is no name: letters, digits, - _ and . are allowed.`);
    const wrong = this.check(thing);
    if (wrong !== undefined) throw bad(wrong);
    if (this.things.has(name))
      throw new EconError({
        code: 'base/name-taken',
        where,
        what: `there is a ${this.kind} ${name} already; it is not replaced.`,
        remedy: 'Choose another name.',
      });
    this.things.set(name, thing);
  }
}

/** Schema of the name of a thing that is there when a value is read, ours or from outside. */
export function registeredName<T>(registry: Registry<T>) {
  return z.string().refine((name) => registry.find(name) !== undefined, {
    error: ({ input }) =>
      `there is no ${registry.kind} ${JSON.stringify(input)}, but ${registry.names().join(', ')}, and those of --with FILE`,
  });
}

/** Adds a thing of a kind that is known by name only. @throws EconError base/unknown-kind and those of Registry.add */
export function register(kind: string, name: string, thing: unknown, where = `${kind} ${name}`): void {
  const registry = registries.get(kind);
  if (registry === undefined)
    throw new EconError({
      code: 'base/unknown-kind',
      where,
      what: `${JSON.stringify(kind)} is no kind of thing that can be added.`,
      remedy: `The kinds are ${[...registries.keys()].sort().join(', ')}.`,
    });
  registry.add(name, thing, where);
}

/** What came from outside so far, in order. */
export function registeredThings(): readonly Registered[] {
  return outside;
}

/** The modules that were loaded so far, in order: plain data, which a thread gives to reloadModules. */
export function loadedModules(): readonly LoadedModule[] {
  return [...modules.values()];
}

/**
 * Loads modules from outside and registers what they give. The default export of such a module is an object
 * `{ kind, name, ... }`, a list of them, or a function that is given the library and returns either.
 * A module that was loaded before is not loaded again.
 * @param paths files, as on the command line
 * @param library URL of the module whose names the function is given
 * @throws EconError base/cannot-read, base/bad-module and those of register; what came before the error stays
 */
export async function loadModules(paths: readonly string[], library: string): Promise<void> {
  for (const path of paths) await load(path, library);
}

/** The same in a thread, from loadedModules() of its parent. @throws EconError base/bad-module when a file has changed */
export async function reloadModules(loaded: readonly LoadedModule[]): Promise<void> {
  for (const { url, sha256: hash, library } of loaded) await load(fileURLToPath(url), library, hash);
}

async function load(path: string, library: string, expected?: string): Promise<void> {
  const full = resolve(path);
  const { href: url } = pathToFileURL(full);
  if (modules.has(url)) return;
  const module = { url, sha256: hashOf(full, path), library };
  // The rooms make their registries when they are loaded.
  await import(/* @vite-ignore */ library);
  if (expected !== undefined && module.sha256 !== expected)
    throw badModule(path, 'it has changed while the command ran.', 'Run the command again.');
  for (const { kind, name, ...thing } of await thingsOf(path, url, library)) {
    register(kind, name, { name, ...thing }, `${path}: ${kind} ${name}`);
    outside.push({ kind, name, module });
  }
  modules.set(url, module);
}

function hashOf(full: string, path: string): string {
  try {
    return sha256(readFileSync(full));
  } catch (error) {
    throw fileError(error, path, 'read');
  }
}

type Thing = { readonly kind: string; readonly name: string } & Record<string, unknown>;

async function thingsOf(path: string, url: string, library: string): Promise<Thing[]> {
  const remedy =
    'Its default export has to be { kind, name, ... }, a list of them, or a function of the library that gives either.';
  let given: unknown;
  try {
    given = ((await import(/* @vite-ignore */ url)) as { default?: unknown }).default;
    if (typeof given === 'function') given = await given(await import(/* @vite-ignore */ library));
  } catch (error) {
    if (error instanceof EconError) throw error;
    const hint = existsSync(fileURLToPath(url)) ? 'Mend the module.' : 'Check the path.';
    throw badModule(path, `it does not load: ${(error as Error).message ?? error}.`, hint, error);
  }
  const list = Array.isArray(given) ? given : [given];
  if (list.length === 0) throw badModule(path, 'it gives nothing.', remedy);
  for (const thing of list) {
    if (typeof thing !== 'object' || thing === null)
      throw badModule(
        path,
        given === undefined ? 'it has no default export.' : `it gives ${typeof thing}, no object.`,
        remedy,
      );
    for (const key of ['kind', 'name'])
      if (typeof (thing as Record<string, unknown>)[key] !== 'string')
        throw badModule(path, `what it gives has no ${key}.`, remedy);
  }
  return list as Thing[];
}

function badModule(where: string, what: string, remedy: string, cause?: unknown): EconError {
  return new EconError({ code: 'base/bad-module', where, what, remedy }, { cause });
}
