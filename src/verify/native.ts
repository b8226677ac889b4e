import { type ChipDescription, type ChipVectors, TESTBENCH, writeRtlPackage } from '../chips/index.js';
import { findTool, isMissing, runTool, type ToolResult, withTemporaryFolder } from '../eda/index.js';

export const nativeSimulators = ['icarus', 'verilator'] as const;
export type NativeSimulator = (typeof nativeSimulators)[number];

/** A run of the emitted testbench in a simulator that is not ours. */
export interface NativeRun {
  readonly simulator: NativeSimulator;
  readonly version: string;
  readonly passed: boolean;
  /** Rows of the verdict line. */
  readonly equalRows: number;
  readonly rows: number;
  /** What the testbench printed. */
  readonly output: string;
  readonly buildSeconds: number;
  readonly runSeconds: number;
}

const TESTBENCH_MODULE = 'tb_econ_chip';

/**
 * Runs the emitted package through its own testbench: registers and weights over I2C, protocol checks, refused
 * commit, read-back, stream and latency.
 * @returns the reason when the simulator is not installed
 * @throws EconError eda/tool-timeout
 */
export async function runTestbench(
  simulator: NativeSimulator,
  description: ChipDescription,
  vectors: ChipVectors,
): Promise<NativeRun | { readonly skipped: string }> {
  const tool = await findTool(simulator === 'icarus' ? 'iverilog' : 'verilator');
  if (isMissing(tool)) return { skipped: tool.reason };
  if (simulator === 'verilator') {
    const compiler = await findTool('g++');
    if (isMissing(compiler)) return { skipped: compiler.reason };
  }
  return withTemporaryFolder(async (folder) => {
    writeRtlPackage(folder, description, vectors);
    const build = await runTool(tool.path, buildArguments(simulator), { cwd: folder, timeout: 1800 });
    if (build.status !== 0) return result(build, build);
    const [program, args] =
      simulator === 'icarus' ? ['vvp', ['-n', 'sim']] : [`${folder}/obj_dir/V${TESTBENCH_MODULE}`, []];
    return result(build, await runTool(program as string, args as string[], { cwd: folder, timeout: 3600 }));
  });

  function result(build: ToolResult, run: ToolResult): NativeRun {
    const verdict = /^(PASS|FAIL) (\d+)\/(\d+)/m.exec(run.stdout);
    return {
      simulator,
      version: isMissing(tool) ? '' : tool.version,
      passed: run.status === 0 && verdict?.[1] === 'PASS',
      equalRows: Number(verdict?.[2] ?? 0),
      rows: Number(verdict?.[3] ?? 0),
      output: run.stdout + run.stderr,
      buildSeconds: build.seconds,
      runSeconds: run === build ? 0 : run.seconds,
    };
  }
}

function buildArguments(simulator: NativeSimulator): string[] {
  const design = ['-f', 'econ_chip.f', TESTBENCH];
  if (simulator === 'icarus') return ['-g2005', '-Wall', '-s', TESTBENCH_MODULE, '-o', 'sim', ...design];
  // More unrolling makes the same program and takes several times as long to build.
  const fast = ['-O3', '--unroll-count', '1', '-CFLAGS', '-O1', '-j', '2'];
  return ['--binary', '--timing', ...fast, '--top-module', TESTBENCH_MODULE, ...design];
}
