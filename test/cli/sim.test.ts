import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { econ, scratch } from './run-cli.js';

const folder = scratch();
const path = (name: string) => join(folder, name);

beforeAll(() => {
  writeFileSync(
    path('shift.v'),
    `\`include "width.vh"
module shift(input clk, input rst_n, input [\`WIDTH-1:0] d, output [\`WIDTH-1:0] q, output [7:0] rom_o);
  reg [7:0] rom [0:3];
  initial $readmemh("rom.hex", rom);
  stage u_first(.clk(clk), .rst_n(rst_n), .d(d), .q(q));
  assign rom_o = rom[d[1:0]];
endmodule
module stage(input clk, input rst_n, input [\`WIDTH-1:0] d, output reg [\`WIDTH-1:0] q);
  reg [\`WIDTH-1:0] middle;
  always @(posedge clk) middle <= d;
  always @(posedge clk or negedge rst_n) if (!rst_n) q <= 0; else q <= middle;
endmodule
`,
  );
  writeFileSync(path('width.vh'), '`define WIDTH 12\n');
  writeFileSync(path('rom.hex'), '11 22 33 44\n');
  const rows = Array.from({ length: 200 }, (_, t) => {
    const seen = t < 2 ? 'x' : ((t - 2) * 3).toString(16);
    return `${(t * 3).toString(16)} | ${t === 150 ? '7' : seen} ${['11', '22', '33', '44'][(t * 3) & 3]}`;
  });
  const header = 'clock clk\nreset rst_n 0 4\nin d\nout q rom_o\n';
  writeFileSync(path('bad.vec'), `${header}${rows.join('\n')}\n`);
  writeFileSync(path('good.vec'), `${header}${rows.slice(0, 150).join('\n')}\n`);
});

test('a stimulus that holds: exit code 0, with files that the Verilog includes and loads', async () => {
  const { status, stdout, stderr } = await econ('sim', path('shift.v'), '--stimulus', path('good.vec'));
  expect(stderr).toBe('');
  expect(stdout).toMatch(/shift: 24 register bits, clock clk/);
  expect(stdout).toMatch(/150 cycles, 300 outputs compared, 0 differ/);
  expect(status).toBe(0);
});

test('a stimulus that does not hold: first mismatch, exit code 1, waves of the last cycles', async () => {
  const vcd = path('last.vcd');
  const args = ['sim', path('shift.v'), '-s', path('bad.vec'), '--vcd', vcd, '--last', '32', '--json'];
  const { status, stdout } = await econ(...args);
  expect(status).toBe(1);
  const { result } = JSON.parse(stdout);
  expect(result).toMatchObject({
    cycles: 200,
    mismatches: 1,
    first: { cycle: 150, port: 'q', place: 'line 155' },
  });
  const times = [...readFileSync(vcd, 'utf8').matchAll(/^#(\d+)$/gm)].map((m) => Number(m[1]));
  expect([times[0], times.at(-1)]).toEqual([1190, 1510]);
  expect(statSync(vcd).size).toBeLessThan(10_000);
});

test('without a stimulus: cycles, waves of a scope, activity, and the check of the reset', async () => {
  const args = [
    '--reset',
    'rst_n=0',
    '--cycles',
    '20',
    '--vcd',
    path('a.vcd'),
    '--scope',
    'u_first',
    '--saif',
    path('a.saif'),
  ];
  const { status, stdout } = await econ('sim', path('shift.v'), ...args, '--xcheck');
  expect(stdout).toMatch(/rom_o = 0x11/);
  // The first stage has no reset and the clock runs through the reset: it is filled from the input.
  expect(stdout).toMatch(/The reset reaches every bit of state/);
  expect(status).toBe(0);
  expect(readFileSync(path('a.vcd'), 'utf8')).toMatch(/\$scope module u_first \$end\n\$var wire 1 /);
  expect(readFileSync(path('a.saif'), 'utf8')).toContain('(INSTANCE u_first');
});

test('errors name file, line, port', async () => {
  const run = async (...args: string[]) => {
    const { status, stderr } = await econ('sim', ...args);
    expect(status).toBe(2);
    return stderr;
  };
  writeFileSync(
    path('loop.v'),
    'module loop(input a, output y);\n  wire b = y ^ a;\n  assign y = b & a;\nendmodule\n',
  );
  expect(await run(path('loop.v'))).toMatch(/loop\.v:[23] .*combinational logic feeds itself/);
  expect(await run(path('none.v'))).toMatch(/none\.v: there is no such file/);
  writeFileSync(path('s.json'), '{"cycles": [{"set": {"dd": 1}}]}');
  expect(await run(path('shift.v'), '-s', path('s.json'))).toMatch(
    /s\.json cycles\[0\]: the design has no input dd/,
  );
  expect(await run(path('shift.v'), '--cycles', '3', '--vcd', path('loop.v/y.vcd'))).toMatch(/cannot write/);
});

test('--timeout ends a run, a front end and nothing else', async () => {
  writeFileSync(
    path('count.v'),
    'module count(input clk, output reg [31:0] q); initial q = 0; always @(posedge clk) q <= q + 1; endmodule',
  );
  // Yosys unrolls the loop.
  writeFileSync(
    path('unroll.v'),
    'module unroll(input [31:0] a, output reg [31:0] y); integer i; always @* begin y = a; for (i = 0; i < 100000000; i = i + 1) y = y ^ (y << 1) ^ i; end endmodule',
  );
  const run = await econ(
    'sim',
    path('count.v'),
    '--cycles',
    '1000000000000',
    '--vcd',
    path('long.vcd'),
    '--timeout',
    '3',
  );
  expect(run.stderr).toMatch(/\[cli\/timeout\] --timeout 3: not finished after 3 s/);
  expect(run).toMatchObject({ status: 2, stdout: '' });
  const leftOver = (name: string) => name.includes('long.vcd') && name !== 'long.vcd';
  expect(readdirSync(folder).filter(leftOver)).toEqual([]);
  const front = await econ('sim', path('unroll.v'), '--timeout', '3', '--json');
  expect(JSON.parse(front.stdout)).toMatchObject({ code: 'cli/timeout' });
  expect(front.status).toBe(2);
  const args = ['sim', path('shift.v'), '--timeout', '500'];
  expect(await econ(...args, '--stimulus', path('good.vec'))).toMatchObject({ status: 0, stderr: '' });
  expect((await econ(...args, '--stimulus', path('bad.vec'))).status).toBe(1);
}, 120_000);

test('--stop-after prints a stage and runs nothing; what needs a run is refused beside it', async () => {
  const { status, stdout } = await econ('sim', path('shift.v'), '--stop-after', 'graph');
  expect(stdout).toContain('  u_first.q[11:0] <= ');
  expect(stdout).not.toMatch(/cycles|loaded/);
  expect(status).toBe(0);
  for (const more of [['--json'], ['--vcd', path('never.vcd')], ['--cycles', '3']]) {
    const refused = await econ('sim', path('shift.v'), '--stop-after', 'read', ...more);
    expect(refused.stderr).toContain(`cannot be used with option '${more[0]}`);
    expect(refused.status).toBe(2);
  }
});
