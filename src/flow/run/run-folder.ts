import { existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import {
  EconError,
  fileError,
  makeFolder,
  readBytes,
  readJson,
  registeredThings,
  sha256,
  writeFileAtomic,
} from '../../base/index.js';
import { MODEL_FILE, saveModel, WEIGHTS_FILE } from '../../model/index.js';
import type { TrainingResult } from '../../training/index.js';
import { logStep, readStepLog, STEP_LOG } from './step-log.js';

const stepSchema = z.object({
  /** Hash of everything that the step depends on: settings and the hashes of what it reads. */
  key: z.string(),
  /** Files that it left, relative to the run folder, with their hashes. */
  outputs: z.record(z.string(), z.string()),
});
const runSchema = z.object({
  format: z.literal('econ-run'),
  version: z.literal(1),
  settings: z.record(z.string(), z.unknown()),
  steps: z.record(z.string(), stepSchema),
});
export type RunRecord = z.infer<typeof runSchema>;

export type StepState = 'ran' | 'kept';

/**
 * A folder that every command reads and adds to. Its `run.json` says which steps are done and from what; it
 * is replaced atomically after each step, so a killed run goes on with the first step that is not done, or
 * whose inputs or outputs have changed since.
 */
export class RunFolder {
  private constructor(
    readonly path: string,
    private readonly record: RunRecord,
  ) {}

  /**
   * Opens or creates the folder. Settings of an existing run must be the same ones.
   * @throws EconError when the folder holds something else, another run's settings, or is in use.
   */
  static open(path: string, given: Record<string, unknown>): RunFolder {
    // What came from outside the package determines the results as much as any setting.
    const things = registeredThings().map(({ kind, name, module }) => ({
      kind,
      name,
      sha256: module.sha256,
    }));
    const settings = things.length > 0 ? { ...given, with: things } : given;
    const file = join(path, 'run.json');
    if (!existsSync(file)) {
      try {
        makeFolder(path);
      } catch (error) {
        throw fileError(error, path, 'write');
      }
      const run = new RunFolder(path, { format: 'econ-run', version: 1, settings, steps: {} });
      run.save();
      return run;
    }
    const run = RunFolder.read(path);
    const changed = Object.keys({ ...settings, ...run.record.settings }).filter(
      (key) => JSON.stringify(settings[key]) !== JSON.stringify(run.record.settings[key]),
    );
    if (changed.length > 0) {
      const was = changed.map((key) => `${key} ${JSON.stringify(run.record.settings[key])}`).join(', ');
      const is = changed.map((key) => `${key} ${JSON.stringify(settings[key])}`).join(', ');
      throw new EconError({
        code: 'flow/other-settings',
        where: file,
        what: `this run was started with ${was}, now ${is} is asked for.`,
        remedy: 'Give another --run name, or the first settings again, or remove the folder.',
      });
    }
    return run;
  }

  /** Reads an existing run, whatever its settings. */
  static read(path: string): RunFolder {
    const file = join(path, 'run.json');
    const remedy = 'Remove the folder, or name a folder made by econ flow.';
    const parsed = runSchema.safeParse(readJson(file, remedy));
    if (!parsed.success) {
      const issue = parsed.error.issues[0];
      throw new EconError({
        code: 'flow/bad-run',
        where: file,
        what: `this is not the record of an econ run (${issue.path.join('.') || 'top level'}: ${issue.message}).`,
        remedy,
      });
    }
    return new RunFolder(path, parsed.data);
  }

  get settings(): Record<string, unknown> {
    return this.record.settings;
  }

  file(...parts: string[]): string {
    return join(this.path, ...parts);
  }

  /** How long each step took when it last ran, and what ran it. */
  get log(): ReturnType<typeof readStepLog> {
    return readStepLog(this.file(STEP_LOG));
  }

  /** Hash of a file that a finished step left. */
  outputHash(name: string): string | undefined {
    for (const step of Object.values(this.record.steps)) if (name in step.outputs) return step.outputs[name];
    return undefined;
  }

  /**
   * A record that a finished step left; undefined when no step did. Its hash is compared: it is as the step wrote it.
   * @throws EconError flow/altered, base/cannot-read
   */
  outputRecord<T>(name: string): T | undefined {
    const hash = this.outputHash(name);
    if (hash === undefined) return undefined;
    const remedy = 'Remove the file and run the command that made it again.';
    const bytes = readBytes(this.file(name));
    if (sha256(bytes) === hash) return readJson(this.file(name), remedy) as T;
    throw new EconError({
      code: 'flow/altered',
      where: this.file(name),
      what: 'this was altered after econ wrote it (its SHA-256 differs from the one in run.json).',
      remedy,
    });
  }

  /** Writes a record as JSON: readable, the same bytes for the same content. @returns its name */
  writeRecord(name: string, content: unknown): string {
    writeFileAtomic(this.file(name), `${JSON.stringify(content, null, 1)}\n`);
    return name;
  }

  /** Writes a model, also one that was stopped on its way: then this ends the step. @returns its files */
  writeModel(folder: string, { model, stopped }: TrainingResult, signal?: AbortSignal): string[] {
    saveModel(this.file(folder), model);
    if (stopped === 'aborted') signal?.throwIfAborted();
    return [`${folder}/${MODEL_FILE}`, `${folder}/${WEIGHTS_FILE}`];
  }

  isDone(step: string): boolean {
    return step in this.record.steps;
  }

  /** Steps that are done, in the order in which they were. */
  get steps(): string[] {
    return Object.keys(this.record.steps);
  }

  /** All files left so far with their hashes, sorted by name. */
  artefacts(): { path: string; sha256: string }[] {
    return Object.values(this.record.steps)
      .flatMap((step) => Object.entries(step.outputs))
      .map(([path, hash]) => ({ path, sha256: hash }))
      .sort((a, b) => (a.path < b.path ? -1 : 1));
  }

  /**
   * Runs a step unless it is done from the same inputs and its files are still as it left them.
   * @param inputs anything that determines the result (settings, versions, hashes of files read)
   * @param work does the step and returns the files that it wrote, relative to the folder
   */
  async step(name: string, inputs: unknown, work: () => Promise<readonly string[]>): Promise<StepState> {
    const key = sha256(JSON.stringify(inputs));
    const before = this.record.steps[name];
    if (before?.key === key && this.outputsIntact(before.outputs)) return 'kept';
    delete this.record.steps[name];
    this.save();
    const begun = performance.now();
    const files = await work();
    logStep(this.file(STEP_LOG), name, Math.round(performance.now() - begun) / 1000);
    const outputs: Record<string, string> = {};
    for (const file of [...files].sort()) outputs[file] = sha256(readBytes(this.file(file)));
    this.record.steps[name] = { key, outputs };
    this.save();
    return 'ran';
  }

  private outputsIntact(outputs: Record<string, string>): boolean {
    return Object.entries(outputs).every(([file, hash]) => {
      const path = this.file(file);
      return existsSync(path) && statSync(path).isFile() && sha256(readFileSync(path)) === hash;
    });
  }

  private save(): void {
    writeFileAtomic(this.file('run.json'), `${JSON.stringify(this.record, null, 2)}\n`);
  }

  /** Works in the folder and keeps a second process out of it meanwhile. */
  async locked<T>(work: () => Promise<T>): Promise<T> {
    const path = this.file('run.lock');
    this.lock(path);
    try {
      return await work();
    } finally {
      rmSync(path, { force: true });
    }
  }

  /** A lock left by a process that is gone is taken over. @throws EconError flow/in-use */
  private lock(path: string): void {
    for (;;) {
      try {
        writeFileSync(path, String(process.pid), { flag: 'wx' });
        return;
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw fileError(error, path, 'write');
        const owner = Number(readFileSync(path, 'utf8'));
        if (isAlive(owner)) {
          throw new EconError({
            code: 'flow/in-use',
            where: this.path,
            what: `another econ process (${owner}) works in this run folder.`,
            remedy: 'Wait for it, stop it, or give another --run name.',
          });
        }
        rmSync(path, { force: true });
      }
    }
  }
}

function isAlive(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0 || pid === process.pid) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
