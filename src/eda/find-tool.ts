import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { runTool } from './run-tool.js';

export interface Tool {
  readonly name: ToolName;
  readonly path: string;
  /** First line of what it says about its version. */
  readonly version: string;
}

export interface MissingTool {
  readonly name: ToolName;
  /** e.g. `iverilog not found`; printed after `skipped: `. */
  readonly reason: string;
}

interface Probe {
  /** Names of the program, first found wins. */
  readonly programs: readonly string[];
  readonly args: readonly string[];
  /** Takes the version out of what was printed. */
  readonly pattern: RegExp;
}

const PROBES = {
  verilator: { programs: ['verilator'], args: ['--version'], pattern: /Verilator\s+(\S+)/ },
  iverilog: { programs: ['iverilog'], args: ['-V'], pattern: /Icarus Verilog version\s+(\S+)/ },
  yosys: { programs: ['yosys'], args: ['-V'], pattern: /Yosys\s+(\S+)/ },
  sta: { programs: ['sta', 'opensta'], args: ['-version'], pattern: /(\d+\.\d+\S*)/ },
  chromium: {
    programs: ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'],
    args: ['--version'],
    pattern: /(\d+\.\d+\S*)/,
  },
  gtkwave: { programs: ['gtkwave'], args: ['--version'], pattern: /(\d+\.\d+\S*)/ },
  'g++': { programs: ['g++', 'c++', 'clang++'], args: ['--version'], pattern: /(\d+\.\d+\.\d+)/ },
} satisfies Record<string, Probe>;

export type ToolName = keyof typeof PROBES;
export const toolNames = Object.keys(PROBES) as ToolName[];

const found = new Map<ToolName, Promise<Tool | MissingTool>>();

/** Looks for an optional native tool on PATH and asks it for its version; the answer is kept for the process. */
export function findTool(name: ToolName): Promise<Tool | MissingTool> {
  let answer = found.get(name);
  if (answer === undefined) {
    answer = look(name);
    found.set(name, answer);
  }
  return answer;
}

export function isMissing(tool: Tool | MissingTool): tool is MissingTool {
  return 'reason' in tool;
}

async function look(name: ToolName): Promise<Tool | MissingTool> {
  const probe: Probe = PROBES[name];
  const path = probe.programs.map(onPath).find((p) => p !== undefined);
  if (path === undefined) return { name, reason: `${name} not found` };
  try {
    const { stdout, stderr } = await runTool(path, probe.args, { timeout: 20 });
    const version = probe.pattern.exec(stdout + stderr)?.[1];
    if (version === undefined) return { name, reason: `${name} found but does not tell its version` };
    return { name, path, version };
  } catch (error) {
    return { name, reason: `${name} found but does not run (${(error as Error).message})` };
  }
}

function onPath(program: string): string | undefined {
  for (const folder of (process.env.PATH ?? '').split(delimiter)) {
    const path = join(folder, program);
    try {
      accessSync(path, constants.X_OK);
      if (statSync(path).isFile()) return path;
    } catch {
      // not here
    }
  }
  return undefined;
}
