import { CommanderError } from '@commander-js/extra-typings';
import colours from 'picocolors';
import { type Diagnostic, EconError, fileError } from '../base/index.js';
import { exitCode } from './terminal.js';

/** How a command ended that did not do its work: what is said of it, and the exit code. */
export interface Failure {
  readonly diagnostic: Diagnostic;
  readonly exitCode: number;
  /** For people, on standard error; empty where it has been said. */
  readonly text: string;
}

/** @param command as it was called, e.g. `econ registers diff` */
export function failureOf(error: unknown, command: string): Failure {
  if (error instanceof CommanderError) return usage(error, command);
  const known = error instanceof EconError ? error : systemError(error);
  if (known) {
    const { code, where, what, remedy } = known;
    return {
      diagnostic: { code, where, what, remedy },
      exitCode: exitCode.badInput,
      text: `${colours.red('error')} ${colours.dim(`[${code}]`)} ${colours.bold(where)}: ${what} ${remedy}`,
    };
  }
  if (error instanceof Error && error.name === 'AbortError')
    return {
      diagnostic: {
        code: 'cli/interrupted',
        where: command,
        what: 'interrupted.',
        remedy: 'Give the same command again.',
      },
      exitCode: exitCode.interrupted,
      text: `${command}: interrupted.`,
    };
  return defect(error, command);
}

/** Commander has told people; scripts get it in the form of all errors. */
function usage({ message, code }: CommanderError, command: string): Failure {
  const what = code === 'commander.help' ? 'no command is named.' : message.replace(/^error: /, '');
  return {
    diagnostic: { code: 'cli/usage', where: command, what, remedy: `See ${command} --help.` },
    exitCode: exitCode.badInput,
    text: '',
  };
}

/** An error of the operating system that no reader or writer has put into words. */
function systemError(error: unknown): EconError | undefined {
  if (!(error instanceof Error)) return undefined;
  const { code, syscall, path } = error as NodeJS.ErrnoException;
  if (code === undefined || syscall === undefined || !/^E[A-Z0-9]+$/.test(code)) return undefined;
  return fileError(
    error,
    path ?? syscall,
    /^(open|write|mkdir|rename|rm|unlink)/.test(syscall) ? 'write' : 'read',
  );
}

function defect(error: unknown, command: string): Failure {
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  const remedy = 'This is a defect of econ; the command line and the text above make a good report.';
  return {
    diagnostic: { code: 'cli/internal', where: command, what: stack, remedy },
    exitCode: exitCode.internal,
    text: `${colours.red('internal error')}: ${stack}\n${remedy}`,
  };
}
