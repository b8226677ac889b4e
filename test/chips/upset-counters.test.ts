import { expect, test } from 'vitest';
import { defaultEcontOptions, defaultSettings } from '../../src/blocks/index.js';
import { ALGORITHMS, chipRegisters, chipWrites, counterOf, describeChip } from '../../src/chips/index.js';
import { I2cMaster, loadChip } from '../../src/verify/index.js';

/** Error counter of what lies in an instance below econ_chip. */
const counterOfInstance: Readonly<Record<string, string>> = {
  u_reset_sync: 'clocks_and_resets',
  u_power_up: 'clocks_and_resets',
  u_i2c_target: 'misc',
  u_header_check: 'chan_err',
  u_link_input: 'erx',
  u_mux: 'mux_fix_calib',
  u_float_to_fixed: 'mux_fix_calib',
  u_calibration: 'mux_fix_calib',
  u_threshold_sum: 'algorithm',
  u_super_trigger_cell: 'algorithm',
  u_best_choice: 'algorithm',
  u_repeater: 'algorithm',
  u_normaliser: 'auto_encoder',
  u_encoder: 'auto_encoder',
  u_weight_memory: 'auto_encoder',
  u_bunch_tag: 'formatter_buffer',
  u_formatter: 'formatter_buffer',
  u_link_buffer: 'formatter_buffer',
};

test('one upset of any copy of any register: voted away, and counted once, by the counter of its block', async () => {
  const econt = defaultEcontOptions;
  const description = describeChip({ tmr: 'registers', econt });
  const chip = await loadChip(description);
  const map = chipRegisters({ econt });
  const stored = new Map(map.filter((r) => r.storage === 'stored').map((r) => [r.signal, r]));
  const counters = map.filter((r) => r.storage === 'counter').map((r) => r.signal!);

  chip.set('link_i', new Uint32Array(12).fill(0xa1234567));
  chip.set('rst_ni', 1);
  const bus = new I2cMaster(chip);
  chip.reset('rst_ni', 0);
  chip.step(8);
  const settings = { ...defaultSettings('production'), algorithm: ALGORITHMS[1], etx: 3 };
  bus.play(chipWrites(description.options, settings));
  chip.step(300);
  const start = chip.snapshot();
  const counts = (): Map<string, bigint> =>
    new Map(counters.map((c) => [c, chip.peek(`u_registers.u_${c}_count.counts`)]));
  const links = new Uint32Array(13);
  const after = (steps: number): string => {
    chip.step(steps);
    chip.getWords('link_o', links);
    return links.join(' ');
  };
  const quiet = counts();
  const undisturbed = after(5);

  const tried = new Set<string>();
  for (const { name, width } of chip.registers()) {
    const copy = /^(u_\w+)\.(?:(u_\w+)\.)?.*u_copy_[abc]\.q_o$/.exec(name);
    // Words of the ring are written before they are read: an upset of an old one shows nowhere.
    if (copy === null || name.includes('u_ring')) continue;
    const [path, block, inner] = copy;
    const array = block === 'u_registers' ? stored.get(inner?.replace(/^u_/, '')) : undefined;
    const own = block === 'u_registers' ? (array ? counterOf(array) : 'misc') : counterOfInstance[block];
    // One bit of each register of an array.
    const count = array?.count ?? 1;
    for (let k = 0; k < count; k++) {
      const bit = (width / count) * k;
      tried.add(`${path} ${bit}`);
      chip.restore(start);
      chip.flip(path, bit);
      expect(after(5), path).toBe(undisturbed);
      const changed = [...counts()].filter(([c, n]) => n !== quiet.get(c));
      // Counters of links are bytes side by side; the upset shows in that of one link.
      const byOne = changed.map(([c, n]) => [c, ones(n ^ quiet.get(c)!)]);
      expect(byOne, path).toEqual([[own, 1]]);
    }
  }
  expect(tried.size).toBeGreaterThan(1000);
}, 300_000);

function ones(bits: bigint): number {
  return bits.toString(2).replaceAll('0', '').length;
}
