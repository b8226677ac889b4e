/**
 * What is told to a user when something is wrong: which rule, where, what, and what to do.
 * Thrown everywhere; rendered in one place (the CLI).
 */
export interface Diagnostic {
  /** Stable identifier, e.g. `dataset/bad-cell`. */
  readonly code: string;
  /** File, line, register or signal. */
  readonly where: string;
  /** What is wrong, with the offending value. */
  readonly what: string;
  /** What the user can do about it. */
  readonly remedy: string;
}

export class EconError extends Error implements Diagnostic {
  readonly code: string;
  readonly where: string;
  readonly what: string;
  readonly remedy: string;

  constructor(diagnostic: Diagnostic, options?: { cause?: unknown }) {
    super(`${diagnostic.where}: ${diagnostic.what} ${diagnostic.remedy}`, options);
    this.name = 'EconError';
    this.code = diagnostic.code;
    this.where = diagnostic.where;
    this.what = diagnostic.what;
    this.remedy = diagnostic.remedy;
  }
}

/** Turns an error of the operating system (missing file, full disk, no permission) into a Diagnostic. */
export function fileError(error: unknown, path: string, action: 'read' | 'write'): EconError {
  const reason = (error as NodeJS.ErrnoException).code ?? String(error);
  const remedies: Record<string, string> = {
    ENOENT: action === 'read' ? 'Check the path.' : 'Create the folder that should hold it.',
    EACCES: 'Check the permissions, or choose another place.',
    EPERM: 'Check the permissions, or choose another place.',
    EROFS: 'The file system is read-only: choose another place.',
    ENOSPC: 'The disk is full: free some space and run the command again.',
    EISDIR: 'This is a folder: name a file.',
    ENOTDIR: 'A part of the path is a file: choose another place.',
    EEXIST: 'Something of that name is in the way: remove it or choose another place.',
  };
  return new EconError(
    {
      code: `base/cannot-${action}`,
      where: path,
      what: `cannot ${action} this file (${reason}).`,
      remedy: remedies[reason] ?? 'Check the path and its permissions.',
    },
    { cause: error },
  );
}
