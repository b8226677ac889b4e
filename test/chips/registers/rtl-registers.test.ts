import { expect, test } from 'vitest';
import { defaultSettings, keepMask } from '../../../src/blocks/index.js';
import {
  chipRegisters,
  configurationWrites,
  elementAddress,
  elementReset,
  registerDocs,
  registerMap,
  registerNamed,
  settingsToRegisterWrites,
} from '../../../src/chips/index.js';
import { packWeights, zeroWeights } from '../../../src/encoder/index.js';

test('no two registers share a byte, no two fields of a register share a bit', () => {
  const owner = new Map<number, string>();
  for (const r of registerMap) {
    for (let k = 0; k < r.count; k++) {
      for (let b = 0; b < r.bytes; b++) {
        const address = elementAddress(r, k) + b;
        expect(owner.get(address), `${address.toString(16)}: ${r.name}`).toBeUndefined();
        owner.set(address, r.name);
      }
    }
    let used = 0n;
    for (const f of r.fields) {
      const bits = ((1n << BigInt(f.width)) - 1n) << BigInt(f.lsb);
      expect(used & bits, `${r.name}.${f.name}`).toBe(0n);
      used |= bits;
      expect(f.reset >> BigInt(f.width), `${r.name}.${f.name} reset`).toBe(0n);
    }
    expect(used >> BigInt(8 * r.bytes), r.name).toBe(0n);
  }
});

test('addresses, sizes and reset values are those of the production map (spec econt-behaviour 12)', () => {
  // [address, bytes of all elements, reset value of element 0]
  const spec: Record<string, [number, number, bigint]> = {
    mux: [0x40f, 48, 0n],
    cal: [0x43f, 96, 2048n],
    config_algo: [0x49f, 2, 0x1240n],
    threshold: [0x4ae, 144, 0n],
    drop_lsb: [0x53e, 1, 0n],
    buff_t1: [0x540, 2, 48n],
    buff_t2: [0x542, 2, 511n],
    buff_t3: [0x544, 1, 0x20n],
    links: [0x545, 2, 0x0019n],
    idle_pattern: [0x547, 2, 1450n],
    keep_auto_encoder_bits: [0x549, 18, (1n << 144n) - 1n],
    link_reset_pattern: [0x55b, 2, 0x0122n],
    weights: [0x600, 1608, 0n],
    tmr_err_cnt_erx: [0x3f3, 1, 0n],
    tmr_err_cnt_mux_fix_calib: [0x4ad, 1, 0n],
    tmr_err_cnt_formatter_buffer: [0x56b, 1, 0n],
    tmr_err_cnt_auto_encoder: [0xc48, 1, 0n],
    tmr_err_cnt_misc: [0xce4, 1, 0n],
    rw_err_clr: [0xce1, 1, 0n],
  };
  for (const [name, [address, bytes, reset]] of Object.entries(spec)) {
    const r = registerMap.find((x) => x.name === name)!;
    expect([r.address, r.count * r.bytes, elementReset(r, 0)], name).toEqual([address, bytes, reset]);
  }
  const banks = Array.from({ length: 12 }, (_, n) => elementAddress(registerNamed('weights'), n));
  expect(banks).toEqual([0x600, 0x686, 0x70c, 0x792, 0x818, 0x89e, 0x924, 0x9aa, 0xa30, 0xab6, 0xb3c, 0xbc2]);
});

test('our own registers stay in the gap 0xc50..0xc5f', () => {
  for (const r of registerMap.filter((x) => ['WeightMemory', 'I2c', 'Chip'].includes(x.block))) {
    expect(r.address).toBeGreaterThanOrEqual(0xc50);
    expect(r.address + r.bytes).toBeLessThanOrEqual(0xc60);
  }
});

test('settings become the bytes that the fields say', () => {
  const settings = {
    ...defaultSettings('production'),
    algorithm: 'autoencoder' as const,
    highDensity: true,
    etx: 5,
    keepMask: keepMask(7),
    mux: Uint8Array.from({ length: 48 }, (_, k) => 47 - k),
  };
  const writes = new Map(settingsToRegisterWrites(settings).map((w) => [w.address, w.bytes]));
  expect([...writes.get(0x40f)!]).toEqual(Array.from({ length: 48 }, (_, k) => 47 - k));
  expect([...writes.get(0x43f)!.subarray(0, 4)]).toEqual([0, 8, 0, 8]);
  // alg_type 4, density, and the thresholds that nobody set keep their reset values
  expect([...writes.get(0x49f)!]).toEqual([0x4c, 0x12]);
  // stc_type 1, 5 ones in active_etxs
  expect([...writes.get(0x545)!]).toEqual([0xf9, 0x00]);
  const mask = [...writes.get(0x549)!].reduceRight((v, b) => (v << 8n) | BigInt(b), 0n);
  expect(mask).toBe(settings.keepMask);
  const blocks = [...writes].filter(([a]) => a >= 0x600 && a < 0xc48).map(([, b]) => b.length);
  expect(blocks).toEqual(new Array(12).fill(134));
  expect(settingsToRegisterWrites(settings).at(-1)).toMatchObject({
    address: 0xc50,
    bytes: Uint8Array.of(1),
  });
  expect(packWeights(zeroWeights()).length).toBe(1608);
});

test('P1 settings are translated to the mux numbers of the chip', () => {
  const settings = { ...defaultSettings('P1'), algorithm: 'autoencoder' as const };
  expect([...configurationWrites(settings)[0].bytes.subarray(0, 8)]).toEqual([3, 2, 1, 0, 7, 6, 5, 4]);
});

test('another algorithm is refused with a remedy', () => {
  expect(() => settingsToRegisterWrites(defaultSettings('production'))).toThrowError(/alg_type 4/);
});

test('the register page names every register once', () => {
  const page = registerDocs(['Made by a test'], chipRegisters({}));
  for (const r of registerMap) expect(page).toContain(`| ${r.name} |`);
  expect(page).toContain('|  0  | mux |');
});
