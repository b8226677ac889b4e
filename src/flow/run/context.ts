import type { Progress } from '../../base/index.js';
import type { DataOptions } from '../../dataset/index.js';
import type { RunFolder } from './run-folder.js';
import type { FlowSettings } from './settings.js';

/** What all jobs on wafers are given beside the wafers. */
export interface WaferTask {
  /** How to read the files of wafers. */
  readonly reading?: DataOptions;
  /** Threads of a training, 1 or 2; no result depends on it. @default 1 */
  readonly threads?: number;
  readonly progress?: Progress;
  readonly signal?: AbortSignal;
}

export interface RunTask extends WaferTask {
  /** Run folder; an unfinished run in it goes on. */
  readonly folder: string;
}

/** What every step of a run works with. */
export interface FlowContext extends Omit<WaferTask, 'reading'> {
  readonly run: RunFolder;
  readonly settings: FlowSettings;
  readonly progress: Progress;
  /** Folder of the model that teaches this one. */
  readonly teacher?: string;
  /** One line for the user, such as why a check was skipped. */
  readonly note: (text: string) => void;
}
