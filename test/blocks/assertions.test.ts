import { expect, test } from 'vitest';
import { leafCells, leafCellsOf } from '../../src/chips/index.js';
import { runYosys } from '../../src/eda/index.js';
import { leafComponent, readLeaf } from '../../src/hdl/index.js';
import { optionalTool, runIcarus } from '../chips/rtl-bench.js';

/** What a cell asserts under ECON_ASSERT, and a change that breaks it. */
interface Claim {
  readonly cell: string;
  readonly parameters: Readonly<Record<string, number>>;
  /** What holds in the first clock of the proof: a reset, or nothing written yet. All else is free. */
  readonly start: string;
  /** Of the bench, in every clock, after all inputs got random values; `n` counts clocks. */
  readonly stimulus: readonly string[];
  readonly broken: readonly [file: string, from: string, to: string];
}

const claims: readonly Claim[] = [
  {
    cell: 'econ_register',
    parameters: { Width: 3, Triplicate: 1 },
    start: 'gen_triple.wrong_q 0',
    // An upset of one copy in every fourth clock.
    stimulus: [
      'if (n % 4 == 0) u_cell.gen_triple.u_copy_b.q_o[n / 4 % 3] = ~u_cell.gen_triple.u_copy_b.q_o[n / 4 % 3];',
    ],
    broken: ['econ_voter', ' | (a_i & c_i)', ''],
  },
  {
    cell: 'econ_error_counter',
    parameters: {},
    start: 'rst_ni 0',
    stimulus: ['clear_i = n % 900 == 0;'],
    broken: ['econ_error_counter', 'err_i & ~(&count_o)', 'err_i'],
  },
  {
    cell: 'econ_ring_copy',
    parameters: { RowBits: 2, Width: 2 },
    start: 'written_q 0',
    stimulus: [],
    broken: ['econ_ring_copy', 'if (write_i) rows_q', 'if (write_i & (|write_row_i)) rows_q'],
  },
  {
    cell: 'econ_i2c_target',
    parameters: { TimeoutBits: 5 },
    start: 'rst_ni 0',
    // Sixteen clocks a bit; the device is 7'h7f, and SDA mostly high: START comes out of changes while SCL is high.
    stimulus: [
      "device_i = 7'h7f;",
      'scl_i = n % 16 >= 8;',
      'if (n % 16 == 3) held = $random(seed) % 8 != 0;',
      'if (n % 16 == 12 && $random(seed) % 16 == 0) held = ~held;',
      'sda_i = held & ~sda_oe_o;',
    ],
    broken: ['econ_i2c_target', '~scl & scl_q;', 'scl ^ scl_q;'],
  },
  {
    cell: 'econ_weight_commit',
    parameters: { Banks: 2, Bytes: 3, Layers: 3 },
    start: 'rst_ni 0',
    // Bytes that are 0, whose CRC is announced as it is found.
    stimulus: ["data_i = 8'd0;", 'expected_i = crc_o;'],
    broken: ['econ_weight_commit', "byte_d   = 8'd1;", "byte_d   = 8'd2;"],
  },
  {
    cell: 'econ_link_reset',
    parameters: {},
    start: 'rst_ni 0',
    stimulus: ['reset_i = n % 300 == 0;'],
    broken: ['econ_link_reset', "left_d = 8'd255", "left_d = 8'd254"],
  },
];

/** The cell and all that it places, by file name. @param broken with its fault */
function cellsOf({ cell, broken: [file, from, to] }: Claim, broken: boolean): Map<string, string> {
  const own = new Map([[`rtl/${cell}.v`, leafCells().get(`rtl/${cell}.v`)!]]);
  const all = new Map([...own, ...leafCellsOf(own)]);
  if (!broken) return all;
  const text = all.get(`rtl/${file}.v`)!;
  expect(text.split(from).length).toBe(2);
  return all.set(`rtl/${file}.v`, text.replace(from, to));
}

/** Induction over the clocks, from any state that the start leaves open. Fails with what Yosys says. */
async function prove(claim: Claim, broken: boolean): Promise<void> {
  const { cell, parameters, start } = claim;
  const files = cellsOf(claim, broken);
  const set = Object.entries(parameters).map(([name, value]) => `-set ${name} ${value}`);
  await runYosys(
    [
      `read_verilog -sv -formal -DECON_ASSERT ${[...files.keys()].join(' ')}`,
      `chparam ${set.join(' ')} ${cell}`,
      // Without passes that would merge the three copies of a register into one.
      `hierarchy -top ${cell}; proc -noopt; setattr -mod -unset keep_hierarchy *; flatten`,
      'memory_collect; memory_map; async2sync; chformal -lower; opt_clean',
      // There is something to prove.
      'select -assert-min 1 t:$assert',
      `sat -verify -tempinduct -prove-asserts -seq 1 -maxsteps 6 -set-at 1 ${start} ${cell}`,
    ].join('; '),
    Object.fromEntries(files),
  );
}

test.each(claims)(
  '$cell: Yosys proves what it asserts, and not of a broken one',
  async (claim) => {
    await prove(claim, false);
    await expect(prove(claim, true)).rejects.toMatchObject({ code: 'eda/yosys' });
  },
  300_000,
);

const iverilog = await optionalTool('iverilog');

test.skipIf(!iverilog).each(claims)(
  '$cell: silent in Icarus, and alive when it is broken',
  async (claim) => {
    const run = (broken: boolean): Promise<string> =>
      runIcarus(iverilog!, cellsOf(claim, broken).set('bench.v', bench(claim)), 'bench', { assert: true });
    expect(await run(false)).toBe('end\n');
    expect(await run(true)).toMatch(/ERROR: rtl\/econ_\w+\.v:\d+/);
  },
  300_000,
);

/** Random inputs for 6,000 clocks behind a reset. */
function bench({ cell, parameters, stimulus }: Claim): string {
  const { ports } = leafComponent(readLeaf(leafCells().get(`rtl/${cell}.v`)!), parameters);
  const set = Object.entries(parameters).map(([name, value]) => `.${name}(${value})`);
  const inputs = ports.filter(
    ({ name, direction }) => direction === 'input' && !/^(clk_i|rst_ni)$/.test(name),
  );
  return `module bench;
  reg clk_i = 0, rst_ni = 1, held = 1;
  integer n, seed = 7;
${ports
  .filter(({ name }) => !/^(clk_i|rst_ni)$/.test(name))
  .map((p) => `  ${p.direction === 'input' ? 'reg' : 'wire'} [${p.width - 1}:0] ${p.name};`)
  .join('\n')}
  ${cell} ${set.length > 0 ? `#(${set.join(', ')}) ` : ''}u_cell (${ports.map((p) => `.${p.name}(${p.name})`).join(', ')});
  always #1 clk_i = ~clk_i;
  initial begin
    for (n = 0; n < 6000; n = n + 1) begin
      @(negedge clk_i);
      rst_ni = n < 2 || n > 4;
${inputs.map(({ name }) => `      ${name} = $random(seed);`).join('\n')}
${stimulus.map((line) => `      ${line}`).join('\n')}
    end
    $display("end");
    $finish;
  end
endmodule
`;
}
