import { existsSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * What is told to a user when something is wrong: which rule, where, what, and what to do.
 * Thrown everywhere; rendered in one place (the CLI).
 */
export interface Diagnostic {
  /** Stable identifier, e.g. `dataset/truncated`; those of econ are in `ERROR_CODES`. */
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
    const [where, what, remedy] = [diagnostic.where, diagnostic.what, diagnostic.remedy].map(readable);
    super(`${where}: ${what} ${remedy}`, options);
    this.name = 'EconError';
    this.code = diagnostic.code;
    this.where = where;
    this.what = what;
    this.remedy = remedy;
  }
}

/** Characters of a text that are shown: errors quote files, and a damaged one may be a single line of megabytes. */
const LONGEST_TEXT = 2000;

function readable(text: string): string {
  if (text.length <= LONGEST_TEXT) return text;
  const [begin, end] = [LONGEST_TEXT * 0.85, LONGEST_TEXT / 8];
  return `${text.slice(0, begin)} [${text.length - begin - end} characters are left out] ${text.slice(-end)}`;
}

/** What the codes of the operating system mean, and what helps. */
const systemReasons: Readonly<Record<string, readonly [what: string, remedy: string]>> = {
  EACCES: ['permission is denied', 'Check the permissions, or choose another place.'],
  EPERM: ['it is not permitted', 'Check the permissions, or choose another place.'],
  EROFS: ['the file system is read-only', 'Choose another place.'],
  ENOSPC: ['no space left on the device', 'Free some space and run the command again.'],
  EDQUOT: ['the disk quota is used up', 'Free some space and run the command again.'],
  EFBIG: [
    'the file would be larger than is allowed',
    'Raise the limit (ulimit -f), or choose another place.',
  ],
  EISDIR: ['it is a folder', 'Name a file.'],
  ENOTDIR: ['a part of the path is a file, not a folder', 'Check the path, or choose another place.'],
  EEXIST: ['something of that name is in the way', 'Remove it or choose another place.'],
  ELOOP: ['its symbolic links go in a circle', 'Mend the links.'],
  ENAMETOOLONG: ['the name is too long', 'Choose a shorter one.'],
  EMFILE: ['too many files are open', 'Raise the limit (ulimit -n) and run the command again.'],
  EBADF: ['it is not open for this', 'Check where it is redirected to.'],
  EIO: ['the device reports an error', 'Check the disk.'],
  EINVAL: ['the system does not take this name or size', 'Check the path.'],
};

/** Turns an error of the operating system (missing file, full disk, no permission) into a Diagnostic. */
export function fileError(error: unknown, path: string, action: 'read' | 'write'): EconError {
  const { code, message } = error as NodeJS.ErrnoException;
  const [what, remedy] =
    code === 'ENOENT'
      ? missing(path, action)
      : (systemReasons[code ?? ''] ?? [message ?? String(error), 'Check the path and its permissions.']);
  return new EconError(
    {
      code: `base/cannot-${action}`,
      where: path,
      what: `cannot ${action} this: ${what}${code === undefined ? '' : ` (${code})`}.`,
      remedy,
    },
    { cause: error },
  );
}

/** A file that is missing and a folder that is missing are different mistakes. */
function missing(path: string, action: 'read' | 'write'): readonly [string, string] {
  if (path === '-') return ['standard input is not taken here', 'Write it to a file first, and give that.'];
  const folder = dirname(path);
  if (!existsSync(folder)) return [`there is no folder ${folder}`, 'Check the path.'];
  return action === 'read'
    ? ['there is no such file', 'Check the path.']
    : ['the folder does not take new files', 'Choose another place.'];
}
