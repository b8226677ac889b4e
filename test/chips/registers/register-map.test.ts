import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { packageRoot } from '../../../src/base/index.js';
import {
  elementAddress,
  elementReset,
  fieldPath,
  registerMap,
  resetImage,
} from '../../../src/chips/index.js';

const published = join(packageRoot, '../shared/cases/settings/econt-register-map.yaml');
if (!existsSync(published)) console.log('skipped: the public register map was not found');

/** What is known of a field: `ACCESS ADDRESS SIZE BIT WIDTH RESET`, by its public path. */
type Facts = Map<string, string>;

function ours(): Facts {
  const facts: Facts = new Map();
  for (const r of registerMap) {
    for (let k = 0; k < r.count; k++) {
      for (const f of r.fields) {
        const reset = (elementReset(r, k) >> BigInt(f.lsb)) & ((1n << BigInt(f.width)) - 1n);
        // The map gives the 16 bytes of a weight register an address of their own.
        const from = r.storage === 'weights' ? f.lsb >> 3 : 0;
        const bytes = r.storage === 'weights' ? f.width >> 3 : r.bytes;
        const place = `${elementAddress(r, k) + from} ${bytes} ${f.lsb - 8 * from} ${f.width}`;
        expect(facts.has(fieldPath(r, k, f)), fieldPath(r, k, f)).toBe(false);
        facts.set(fieldPath(r, k, f), `${f.access} ${place} ${reset}`);
      }
    }
  }
  return facts;
}

describe('the register map', () => {
  it('powers up with the clock tree, filter and test outputs of the chip', () => {
    const { bytes } = resetImage('production');
    // Fields laid one above the other by hand: 0x3fc3ec44ccc910 from 0x3c9 on, 0x06c40001fff0, 0x01b1, 0.
    expect(Buffer.from(bytes.subarray(0x3c8, 0x3d9)).toString('hex')).toBe(
      '0010c9cc44ecc33ff0ff0100c406b10100',
    );
    expect(bytes[0x3f0]).toBe(5);
  });

  it.skipIf(!existsSync(published))('has every public name, address, access and power-up value', () => {
    const facts = ours();
    let seen = 0;
    const walk = (node: Record<string, unknown>, path: string): void => {
      if (!('address' in node)) {
        for (const [key, child] of Object.entries(node))
          walk(child as Record<string, unknown>, path ? `${path}.${key}` : key);
        return;
      }
      const n = node as Record<string, bigint | string>;
      const width = (n.param_mask as bigint).toString(2).length;
      const want = `${n.access} ${n.address} ${n.size_byte} ${n.param_shift} ${width} ${n.default_value}`;
      expect(facts.get(path), path).toBe(want);
      seen++;
    };
    walk(parse(readFileSync(published, 'utf8'), { intAsBigInt: true }), '');
    expect(seen).toBeGreaterThan(1000);
    // Beside them: the registers of ours.
    expect(facts.size - seen).toBe(
      registerMap
        .filter((r) => /^(WeightMemory|I2c|Chip)$/.test(r.block))
        .reduce((n, r) => n + r.fields.length, 0),
    );
  });
});
