import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { findTool, isMissing, runTool, type ToolName, withTemporaryFolder } from '../../src/eda/index.js';

/** Path of a native tool, or undefined after printing why the check is skipped. */
export async function optionalTool(name: ToolName): Promise<string | undefined> {
  const tool = await findTool(name);
  if (!isMissing(tool)) return tool.path;
  console.log(`skipped: ${tool.reason}`);
  return undefined;
}

/**
 * Writes files into a temporary folder, compiles all .v files with Icarus -Wall, runs `top`, returns its output.
 * @param how smoke: the first look of our testbench, ended after the minute of processor time that it may take;
 *   assert: with the assertions of the cells
 */
export async function runIcarus(
  iverilog: string,
  files: ReadonlyMap<string, string>,
  top: string,
  { smoke = false, assert = false } = {},
): Promise<string> {
  return withTemporaryFolder(async (folder) => {
    for (const [path, text] of files) {
      mkdirSync(join(folder, dirname(path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
    const sources = [...files.keys()].filter((path) => path.endsWith('.v'));
    const language = assert ? ['-g2012', '-DECON_ASSERT'] : ['-g2005'];
    const compiled = await runTool(iverilog, [...language, '-Wall', '-s', top, '-o', 'sim', ...sources], {
      cwd: folder,
    });
    if (compiled.status !== 0 || compiled.stderr !== '') throw new Error(compiled.stderr);
    const vvp = join(dirname(iverilog), 'vvp');
    const limited = ['-c', 'ulimit -t 60; exec "$0" -n sim +smoke', vvp];
    const run = smoke
      ? runTool('bash', limited, { cwd: folder })
      : runTool(vvp, ['-n', 'sim'], { cwd: folder, timeout: 300 });
    return (await run).stdout;
  });
}

/** A combinational cell under test: inputs and outputs with widths, and a parameter list `.A(1)`. */
export interface Cell {
  readonly module: string;
  readonly parameters?: string;
  readonly inputs: readonly (readonly [name: string, width: number])[];
  readonly outputs: readonly (readonly [name: string, width: number])[];
}

/**
 * Puts rows of input values through a combinational cell in Icarus.
 * @param rows values per row in the order of the cell's inputs
 * @returns values per row in the order of the outputs
 */
export async function throughCell(
  iverilog: string,
  cells: ReadonlyMap<string, string>,
  cell: Cell,
  rows: readonly (readonly bigint[])[],
): Promise<bigint[][]> {
  const width = cell.inputs.reduce((n, [, w]) => n + w, 0);
  const ports = [...cell.inputs, ...cell.outputs].map(([name]) => `.${name}(${name})`).join(', ');
  const shape = cell.outputs.map(() => '%h').join(' ');
  const bench = [
    'module bench;',
    `  reg [${width - 1}:0] rows [0:${rows.length - 1}];`,
    ...cell.inputs.map(([name, w]) => `  reg [${w - 1}:0] ${name};`),
    ...cell.outputs.map(([name, w]) => `  wire [${w - 1}:0] ${name};`),
    `  ${cell.module} #(${cell.parameters ?? ''}) u_cell (${ports});`,
    '  integer i;',
    '  initial begin',
    '    $readmemh("rows.hex", rows);',
    `    for (i = 0; i < ${rows.length}; i = i + 1) begin`,
    `      {${cell.inputs.map(([name]) => name).join(', ')}} = rows[i];`,
    `      #1 $display("${shape}", ${cell.outputs.map(([name]) => name).join(', ')});`,
    '    end',
    '    $finish;',
    '  end',
    'endmodule',
    '',
  ]
    .join('\n')
    .replace(' #()', '');
  const hex = rows.map((row) => {
    let value = 0n;
    cell.inputs.forEach(([, w], i) => {
      value = (value << BigInt(w)) | row[i];
    });
    return value.toString(16);
  });
  const output = await runIcarus(
    iverilog,
    new Map([...cells, ['bench.v', bench], ['rows.hex', `${hex.join('\n')}\n`]]),
    'bench',
  );
  return output
    .trim()
    .split('\n')
    .filter((line) => /^[0-9a-fxz ]+$/.test(line))
    .map((line) => line.split(' ').map((word) => BigInt(`0x${word}`)));
}

/** Packs numbers of `width` bits, element 0 lowest. */
export function pack(values: ArrayLike<number>, width: number): bigint {
  let out = 0n;
  for (let i = values.length - 1; i >= 0; i--) {
    out = (out << BigInt(width)) | (BigInt(values[i]) & ((1n << BigInt(width)) - 1n));
  }
  return out;
}

export function unpack(value: bigint, count: number, width: number): number[] {
  const mask = (1n << BigInt(width)) - 1n;
  return Array.from({ length: count }, (_, i) => Number((value >> BigInt(width * i)) & mask));
}
