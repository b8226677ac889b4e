import { existsSync, readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { readText } from '../../../src/base/index.js';
import { readSourceFiles, Simulator } from '../../../src/netlist-sim/index.js';
import { randomDesign } from '../../netlist-sim/random-design.js';
import type { FuzzKind } from '../kind.js';
import { texts } from './texts.js';

/** Names that a caller may give to a text that is no file. */
const NAMES = [
  'm.v',
  'a b.v',
  'é.v',
  '../x.v',
  '/r/y.sv',
  "q'uote.v",
  '-top.v',
  '__proto__',
  'a;b.v',
  '%s.v',
  '.v',
  'x.vh',
  '#.sv',
  'c:\\d.v',
];
const words = (
  'module endmodule begin end if else for case endcase generate endgenerate genvar function endfunction task initial always @ # ( ) [ ] { } ; , . = <= ' +
  "`define `include `ifdef `endif `W ` \" ' \\ /* */ // (* *) $readmemh $display $random 4'bx 'hz 99999999999 -1 signed wire reg integer parameter interface modport assign posedge"
).split(' ');

/** Seconds that Yosys may take: a case has 5 in all. */
const TIMEOUT = 3;

async function simulate(
  files: Readonly<Record<string, string>>,
  options: Parameters<typeof Simulator.load>[1] = {},
): Promise<void> {
  const m = await Simulator.load(files, { cache: false, keepAll: true, timeout: TIMEOUT, ...options });
  if (m.clock !== undefined) m.step(2);
}

export const verilogKinds: readonly FuzzKind[] = [
  {
    name: 'Verilog',
    share: 5_000,
    slice: 8,
    seeds: async () =>
      texts(
        Object.fromEntries(
          Array.from({ length: 60 }, (_, i) => [`d${i}.v`, randomDesign(5000 + i, 'm').verilog] as const),
        ),
      ),
    words,
    async read(path, random) {
      const files: Record<string, string> = Object.create(null);
      files[NAMES[random.below(NAMES.length)]] = readText(path);
      if (random.below(4) === 0)
        files[NAMES[random.below(NAMES.length)]] = readText(path).slice(0, random.below(400));
      await simulate(files, { top: 'm', find: (name) => (name === 'none.hex' ? '0 1 2 3' : undefined) });
    },
  },
  {
    name: 'Verilog that names files',
    share: 5_000,
    slice: 6,
    seeds: async () =>
      texts({
        'top.v':
          '`include "parts/width.vh"\n`define DATA "parts/rom.hex"\nmodule top #(parameter FILE = `DATA) (input clk, input [2:0] a, output reg [`W-1:0] q);\n  reg [7:0] rom [0:7];\n  initial $readmemh(FILE, rom);\n  always @(posedge clk) q <= rom[a];\nendmodule\n',
        '+parts/width.vh': '`define W 8\n',
        '+parts/rom.hex': '00 11 22 33\n@4 44 55 66 77\n',
      }),
    words: [
      ...words,
      '`include "../../secret"',
      '`include "/etc/passwd"',
      '`include "/dev/zero"',
      '`include "top.v"',
      '`include "parts"',
      '$readmemh("../../secret", rom);',
      '$readmemb("/dev/zero", rom);',
      '$writememh("../../secret", rom);',
      '$fopen("../../secret", "w")',
      '$dumpfile("../../secret");',
      '../',
      '/',
      'parts',
    ],
    async read(path, _, tell) {
      // A file that the design names is no secret: also where it is refused after that file was read.
      const named = [...readFileSync(path, 'latin1').matchAll(/"([^"\n]+)"/g)].map(([, name]) => name);
      const places = named.flatMap((name) => [resolve(name), resolve(dirname(path), name)]);
      tell(places.filter((place) => existsSync(place) && !place.startsWith(dirname(path))));
      const { files, included, find } = readSourceFiles([path], { folders: [dirname(path)] });
      tell(Object.keys(files).map((name) => resolve(name)));
      await simulate(files, { included, find, folders: [dirname(path)] });
    },
  },
];
