import type { Progress } from '../../base/index.js';
import type { RunFolder } from './run-folder.js';
import type { FlowSettings } from './settings.js';

/** What every step of a run works with. */
export interface FlowContext {
  readonly run: RunFolder;
  readonly settings: FlowSettings;
  readonly progress: Progress;
  readonly signal?: AbortSignal;
  /** Folder of the model that teaches this one. */
  readonly teacher?: string;
  /** Threads of the training; no result depends on it. */
  readonly threads?: number;
  /** One line for the user, such as why a check was skipped. */
  readonly note: (text: string) => void;
}

/** Ends a run between or within steps, after Ctrl-C: what is done stays done. */
export function throwIfAborted(signal: AbortSignal | undefined): void {
  signal?.throwIfAborted();
}

/** JSON as artefacts hold it: readable, the same bytes for the same content. */
export function artefactJson(content: unknown): string {
  return `${JSON.stringify(content, null, 1)}\n`;
}
