/** Mutated Verilog and odd file names for the front end, for the fuzz campaign and a slice of it in the tests. */
import { EconError, type Random } from '../../../src/base/index.js';
import { Simulator } from '../../../src/netlist-sim/index.js';
import { randomDesign } from '../random-design.js';

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
const WORDS = (
  'module endmodule begin end if else for case endcase generate endgenerate genvar function endfunction task initial always @ # ( ) [ ] { } ; , . = <= ' +
  "`define `include `ifdef `endif ` \" ' \\ /* */ // (* *) $readmemh $display $random 4'bx 'hz 99999999999 -1 signed wire reg integer parameter interface modport assign posedge \n"
).split(' ');

/** One change of a text: a piece removed, doubled, moved, a word or a byte put in. */
function mutated(random: Random, text: string): string {
  const at = random.below(text.length + 1);
  const length = 1 + random.below(1 << random.below(8));
  const piece = text.slice(at, at + length);
  switch (random.below(6)) {
    case 0:
      return text.slice(0, at) + text.slice(at + length);
    case 1:
      return text.slice(0, at) + piece + text.slice(at);
    case 2: {
      const to = random.below(text.length + 1);
      return text.slice(0, to) + piece + text.slice(to);
    }
    case 3:
      return `${text.slice(0, at)} ${WORDS[random.below(WORDS.length)]} ${text.slice(at)}`;
    case 4:
      return text.slice(0, at) + String.fromCharCode(random.below(256)) + text.slice(at + 1);
    default:
      return text.slice(0, at);
  }
}

/** A design with some changes, in files of odd names. */
export function mutatedVerilog(random: Random): Record<string, string> {
  let text = randomDesign(random.below(1e6), 'm').verilog;
  for (let n = 1 + random.below(4); n > 0; n--) text = mutated(random, text);
  const files: Record<string, string> = Object.create(null);
  files[NAMES[random.below(NAMES.length)]] = text;
  if (random.below(4) === 0) files[NAMES[random.below(NAMES.length)]] = mutated(random, text);
  return files;
}

/**
 * Gives files to the simulator. Undefined when they were simulated or refused by an error of ours in time; else what
 * went wrong.
 */
export async function feedVerilog(
  files: Readonly<Record<string, string>>,
  seconds = 4,
): Promise<string | undefined> {
  const began = performance.now();
  let refused: unknown;
  try {
    const m = await Simulator.load(files, { cache: false, keepAll: true, timeout: seconds, top: 'm' });
    if (m.clock !== undefined) m.step(2);
  } catch (error) {
    refused = error;
  }
  const took = (performance.now() - began) / 1000;
  const where = `files ${JSON.stringify(Object.keys(files))}`;
  if (took > seconds + 1) return `${where} took ${took.toFixed(1)} s`;
  if (refused === undefined) return undefined;
  if (!(refused instanceof EconError)) return `${where}: ${(refused as Error).stack ?? refused}`;
  return refused.where === '' || refused.what === ''
    ? `${where}: ${refused.code} without place or text`
    : undefined;
}
