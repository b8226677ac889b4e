import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type ChipOptions, defaultEcontOptions } from '../../../src/blocks/index.js';
import { chipRegisters, describeChip, rtlPackageFiles } from '../../../src/chips/index.js';
import { runTool } from '../../../src/eda/index.js';
import { encoderShape } from '../../../src/encoder/index.js';
import { I2cMaster, loadChip } from '../../../src/verify/index.js';
import { optionShapes } from '../shapes.js';
import { rdlBytes } from './rdl.js';

/** Bytes of commands: what they set off would change what others read. */
const COMMANDS = [0x3c4, 0xc50, 0xce0];
const READ_ACTIVE = 0xc51;
const config = chipRegisters({ econt: defaultEcontOptions }).find((r) => r.name === 'pusm_config')!;
const run = config.fields.find((f) => f.name === 'pusm_run')!;
const RUN = { address: config.address + (run.lsb >> 3), bit: 1 << (run.lsb & 7) };
const PUSM_STATE = chipRegisters({ econt: defaultEcontOptions }).find(
  (r) => r.signal === 'clocks_and_resets_status',
)!.address;

const chips: Record<string, Partial<ChipOptions>> = {
  'encoder, exact, no TMR': {
    shape: encoderShape(optionShapes['4x4x3 image, stride 1']),
    tmr: 'none',
    arithmetic: 'exact',
  },
  'whole ECON-T': { econt: defaultEcontOptions },
};

test.each(Object.keys(chips))(
  'every register of the simulated chip has the access and the power-up value of its SystemRDL: %s',
  async (name) => {
    const description = describeChip(chips[name]);
    const rdl = rdlBytes(rtlPackageFiles(description).get('docs/registers.rdl')!);
    const chip = await loadChip(description);
    chip.set('link_i', new Uint32Array(12).fill(0xa0000000));
    chip.set('rst_ni', 1);
    chip.reset('rst_ni', 0);
    chip.step(8);
    const bus = new I2cMaster(chip);
    const length = Math.max(...rdl.keys()) + 8; // what lies behind reads 0, too
    const wrong = (want: (address: number) => number): string[] =>
      Array.from(bus.read(0, length), (value, address) => ({ value, address, said: want(address) }))
        .filter(({ value, said }) => value !== said)
        .map(({ value, address, said }) => `0x${address.toString(16)}: ${value}, SystemRDL ${said}`);
    const of = (address: number) => rdl.get(address) ?? { reset: 0, kept: 0 };

    expect(wrong((address) => of(address).reset)).toEqual([]);
    for (const pattern of [0x55, 0xaa]) {
      const bytes = new Uint8Array(length).fill(pattern);
      for (const address of [...COMMANDS, READ_ACTIVE]) bytes[address] = 0;
      bytes[RUN.address] &= ~RUN.bit; // the chip would check headers against patterns
      bus.write(0, bytes);
      expect(
        wrong((address) => (of(address).reset & ~of(address).kept) | (bytes[address] & of(address).kept)),
      ).toEqual([]);
    }
    // One by one what was left out.
    for (const address of [...COMMANDS, READ_ACTIVE]) {
      bus.write(address, Uint8Array.of(0xff));
      const { reset, kept } = of(address);
      expect([address, bus.read(address, 1)[0]]).toEqual([address, (reset & ~kept) | kept]);
    }
    if (!description.options.econt) return;
    for (const bit of [RUN.bit, 0]) {
      bus.write(RUN.address, Uint8Array.of(bit));
      expect(bus.read(RUN.address, 1)[0] & RUN.bit).toBe(bit);
      expect(bus.read(PUSM_STATE, 1)[0]).toBe(bit ? 8 : 1);
    }
  },
  300_000,
);

/** The reader of the makers of SystemRDL's tools, which needs Python. */
const judge = `import json, sys
from systemrdl import RDLCompiler
from systemrdl.node import RegNode
rdl = RDLCompiler(); rdl.compile_file(sys.argv[1])
found = {}
for node in rdl.elaborate().descendants(unroll=True):
    if isinstance(node, RegNode):
        reset = kept = 0
        for f in node.fields():
            reset |= f.get_property('reset') << f.low
            if f.is_sw_writable and f.is_sw_readable and not f.get_property('singlepulse'):
                kept |= (1 << f.width) - 1 << f.low
        found[node.absolute_address] = [reset, kept]
print(json.dumps(found))`;

test('the SystemRDL compiler reads the same out of it', async () => {
  const python = process.env.ECON_PYTHON ?? 'python3';
  const there = await runTool(python, ['-c', 'import systemrdl'], { timeout: 60 }).catch(() => undefined);
  if (there?.status !== 0) {
    console.log('skipped: systemrdl-compiler not found (python; ECON_PYTHON names another)');
    return;
  }
  const folder = mkdtempSync(join(tmpdir(), 'econ-rdl-'));
  try {
    for (const options of Object.values(chips)) {
      const text = rtlPackageFiles(describeChip(options)).get('docs/registers.rdl')!;
      const file = join(folder, 'registers.rdl');
      writeFileSync(file, text);
      const { stdout, stderr } = await runTool(python, ['-c', judge, file], { timeout: 120 });
      expect(stderr).toBe('');
      const want = [...rdlBytes(text)].map(([address, b]) => [String(address), [b.reset, b.kept]]);
      expect(JSON.parse(stdout)).toEqual(Object.fromEntries(want));
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}, 120_000);
