import { expect, test } from 'vitest';
import { Random } from '../../src/base/index.js';
import { describeChip, emitChip } from '../../src/chips/index.js';
import { readVerilog, Simulator } from '../../src/netlist-sim/index.js';

const UPSETS = 1000;
/** Cycles before the flip at most, and after it. */
const BEFORE = 10;
const AFTER = 5;
const OUTPUTS = ['latents_o', 'sum_code_o', 'bx_o'];

interface Upset {
  readonly name: string;
  readonly bit: number;
  readonly cycle: number;
}

/** The encoder of the chip without redundancy, random weights and images, and seeded upsets of its registers. */
async function makeJob() {
  const files = [...emitChip(describeChip({ tmr: 'none' })).files].filter(([path]) =>
    path.startsWith('rtl/'),
  );
  const { netlist } = await readVerilog(Object.fromEntries(files), { top: 'econ_encoder' });
  const random = new Random(77);
  const value = (width: number) =>
    Uint32Array.from({ length: (width + 31) >>> 5 }, (_, i) => {
      const rest = width - 32 * i;
      return rest >= 32 ? random.uint32() : random.below(2 ** rest);
    });
  const simulator = await Simulator.load(netlist, { top: 'econ_encoder' });
  const inputs = simulator.ports.filter((p) => p.direction === 'input' && p.name !== simulator.clock);
  const weights = inputs
    .filter((p) => p.name.startsWith('weights'))
    .map((p) => [p.name, value(p.width)] as const);
  const rows = Array.from({ length: BEFORE + AFTER }, () =>
    inputs.filter((p) => !p.name.startsWith('weights')).map((p) => [p.name, value(p.width)] as const),
  );
  const registers = simulator.registers();
  const upsets: Upset[] = Array.from({ length: UPSETS }, () => {
    const { name, width } = registers[random.below(registers.length)];
    return { name, bit: random.below(width), cycle: 1 + random.below(BEFORE - 1) };
  });
  return { netlist, simulator, weights, rows, upsets };
}

test(`${UPSETS} upsets of the encoder from a snapshot, four at a time, agree with ${UPSETS} separate runs`, async () => {
  const { netlist, simulator, weights, rows, upsets } = await makeJob();
  const lanes = await Simulator.load(netlist, { top: 'econ_encoder', lanes: 4 });
  const power = simulator.snapshot();
  for (const [name, v] of weights) lanes.set(name, v);

  // Separate runs: from power-on, weights and all cycles again.
  const separate = upsets.map(({ name, bit, cycle }) => {
    simulator.restore(power);
    for (const [port, v] of weights) simulator.set(port, v);
    const trace: bigint[] = [];
    for (let t = 0; t < cycle + AFTER; t++) {
      if (t === cycle) simulator.flip(name, bit);
      for (const [port, v] of rows[t]) simulator.set(port, v);
      simulator.step();
      if (t >= cycle) trace.push(...OUTPUTS.map((o) => simulator.getBig(o)));
    }
    return trace;
  });

  // One run without upsets leaves a snapshot per cycle; each four upsets of a cycle go on from there.
  let together = 0;
  const clean: bigint[][] = [];
  const snapshots = rows.map((row) => {
    const saved = lanes.snapshot();
    for (const [port, v] of row) lanes.set(port, v);
    lanes.step();
    clean.push(OUTPUTS.map((o) => lanes.getBig(o, 0)));
    return saved;
  });
  for (let cycle = 0; cycle < BEFORE; cycle++) {
    const here = upsets.map((u, i) => ({ ...u, i })).filter((u) => u.cycle === cycle);
    for (let at = 0; at < here.length; at += 4) {
      const four = here.slice(at, at + 4);
      lanes.restore(snapshots[cycle]);
      for (const [lane, { name, bit }] of four.entries()) lanes.flip(name, bit, lane);
      const traces: bigint[][] = four.map(() => []);
      for (let t = cycle; t < cycle + AFTER; t++) {
        for (const [port, v] of rows[t]) lanes.set(port, v);
        lanes.step();
        for (const [lane, trace] of traces.entries())
          trace.push(...OUTPUTS.map((o) => lanes.getBig(o, lane)));
      }
      four.forEach(({ i, name, bit }, lane) => {
        expect(traces[lane], `${name}[${bit}] in cycle ${cycle}`).toEqual(separate[i]);
        together++;
      });
    }
  }
  expect(together).toBe(UPSETS);
  // Some upsets are seen at the outputs, and some are not.
  const seen = upsets.filter(({ cycle }, i) =>
    separate[i].some((v, k) => v !== clean[cycle + Math.floor(k / OUTPUTS.length)][k % OUTPUTS.length]),
  ).length;
  expect(seen).toBeGreaterThan(UPSETS / 10);
  expect(seen).toBeLessThan(UPSETS);
});
