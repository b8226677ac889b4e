import { describe, expect, it } from 'vitest';
import { Random } from '../../src/base/index.js';
import { normalise } from '../../src/blocks/index.js';
import {
  type Arithmetic,
  type EncoderWeights,
  econtShape,
  encode,
  encoderLayers,
  imageOf,
  packWeights,
  unpackWeights,
  zeroWeights,
} from '../../src/encoder/index.js';
import { numbers, randomWeights } from '../chips/examples.js';

/** Sections 9.2 to 9.4 word by word, with the image laid out and nothing skipped; BigInt cannot overflow. */
function oracle(w: EncoderWeights, arithmetic: Arithmetic, x: Uint8Array): { t: number[]; out: number[] } {
  const image = Array.from({ length: 9 }, () => new Array<number>(9).fill(0));
  for (let k = 0; k < 48; k++) {
    if (k < 32) image[k >> 3][k & 7] = x[k];
    else image[4 + ((k - 32) >> 2)][k & 3] = x[k];
  }
  const layer = (products: [number, number][], bias: number, shift: bigint): bigint => {
    let sum = 0n;
    for (const [a, b] of products)
      sum += arithmetic === 'econt' ? (BigInt(a) * BigInt(b)) >> shift : BigInt(a * b);
    const one = BigInt(bias) * (shift === 5n ? 4n : 8n);
    return arithmetic === 'econt' ? sum + one : (sum + (one << shift)) >> shift;
  };
  const t: number[] = [];
  for (let i = 0; i < 4; i++) {
    for (let j = 0; j < 4; j++) {
      for (let f = 0; f < 8; f++) {
        const products: [number, number][] = [];
        for (let u = 0; u < 3; u++) {
          for (let v = 0; v < 3; v++)
            products.push([image[2 * i + u][2 * j + v], w.layers[0].kernel[24 * u + 8 * v + f]]);
        }
        const sum = layer(products, w.layers[0].bias[f], 5n);
        t.push(sum > 0n ? Number(sum) : 0);
      }
    }
  }
  const out = Array.from({ length: 16 }, (_, o) => {
    const products = t.map((v, m): [number, number] => [v, w.layers[1].kernel[128 * o + m]]);
    const y = layer(products, w.layers[1].bias[o], 4n);
    return Number(y < 0n ? 0n : y > 511n ? 511n : y);
  });
  return { t, out };
}

function run(w: EncoderWeights, arithmetic: Arithmetic, x: Uint8Array, n: number) {
  const activations = new Uint16Array(n * 128);
  const latents = new Uint16Array(n * 16);
  encode(w, arithmetic, x, n, { activations, latents });
  return { activations, latents };
}

describe('image', () => {
  it('holds each of the 48 inputs once and nothing in the lower right quarter', () => {
    const seen: number[] = [];
    const { rows, columns, inputs } = imageOf(econtShape);
    for (let r = 0; r < 9; r++) {
      for (let c = 0; c < 9; c++) {
        const k = r < rows && c < columns ? inputs[8 * r + c] : -1;
        if (k >= 0) seen.push(k);
        expect(k >= 0).toBe(r < 8 && c < 8 && !(r >= 4 && c >= 4));
      }
    }
    expect(seen.sort((a, b) => a - b)).toEqual(Array.from({ length: 48 }, (_, k) => k));
  });

  it('is not seen at all by the last four conv positions', () => {
    const [{ taps, positions }] = encoderLayers(econtShape);
    expect([10, 11, 14, 15].map((p) => taps[p].length)).toEqual([0, 0, 0, 0]);
    expect(taps[0]).toHaveLength(9);
    expect(taps[5].length).toBeLessThan(9);
    // A bias of 31 is 124 there: five bits above two that are always 0.
    expect(positions[10]).toEqual({ largest: 124, saturates: false, bits: 5, zeros: 2 });
  });
});

describe('encode', () => {
  for (const arithmetic of ['econt', 'exact'] as const) {
    it(`equals the formulas of section 9 for any weights and charges (${arithmetic})`, () => {
      const random = new Random(11);
      for (let round = 0; round < 40; round++) {
        const w = randomWeights(random);
        const n = 3;
        const limit = [2, 30, 256][round % 3];
        const x = Uint8Array.from({ length: n * 48 }, () => random.below(limit));
        const { activations, latents } = run(w, arithmetic, x, n);
        for (let i = 0; i < n; i++) {
          const want = oracle(w, arithmetic, x.subarray(i * 48, i * 48 + 48));
          expect(Array.from(activations.subarray(i * 128, i * 128 + 128))).toEqual(want.t);
          expect(Array.from(latents.subarray(i * 16, i * 16 + 16))).toEqual(want.out);
        }
      }
    });

    it(`reaches the largest activation and saturates latents at 511 (${arithmetic})`, () => {
      const w = zeroWeights();
      for (const values of w.layers.flatMap(({ kernel, bias }) => [kernel, bias])) values.fill(31);
      const { activations, latents } = run(w, arithmetic, new Uint8Array(48).fill(255), 1);
      // 9 * floor(255 * 31 / 32) + 4 * 31 = 2347; one truncation of the sum gives 2347 as well.
      expect(Math.max(...activations)).toBe(2347);
      expect(encoderLayers(econtShape)[0].positions[0].largest).toBe(2347);
      expect(Array.from(latents)).toEqual(new Array(16).fill(511));
      w.layers[1].kernel.fill(-32);
      expect(Array.from(run(w, arithmetic, new Uint8Array(48).fill(255), 1).latents)).toEqual(
        new Array(16).fill(0),
      );
    });
  }

  it('truncates per product in one arithmetic and once in the other', () => {
    const w = zeroWeights();
    w.layers[0].kernel.fill(1);
    const x = new Uint8Array(48).fill(31);
    // Nine products of 31/32: each is floored to 0, their sum 279/32 is floored to 8.
    expect(run(w, 'econt', x, 1).activations[0]).toBe(0);
    expect(run(w, 'exact', x, 1).activations[0]).toBe(8);
  });

  it('gives the same latents with and without activations asked for', () => {
    const random = new Random(3);
    const w = randomWeights(random);
    const x = Uint8Array.from({ length: 480 }, () => random.below(40));
    const latents = new Uint16Array(160);
    encode(w, 'econt', x, 10, { latents });
    expect(latents).toEqual(run(w, 'econt', x, 10).latents);
  });

  it('gives the first activation of section 16.2', () => {
    const w = zeroWeights();
    numbers('18 20 14 1 19 -4 19 18 15').forEach((value, uv) => {
      w.layers[0].kernel[8 * uv] = value;
    });
    w.layers[0].bias[0] = -1;
    const x = new Uint8Array(48);
    x.set(numbers('1 3 3'), 0);
    x.set(numbers('2 2 5'), 8);
    x.set(numbers('11 7 6'), 16);
    expect(run(w, 'econt', x, 1).activations[0]).toBe(9);
  });
});

describe('normalise', () => {
  it('gives section 16.2: sum, code and x of row 1 of mcDataset/AE', () => {
    const charges = Uint32Array.from(
      numbers(`152 432 464 1984 272 608 336 60 368 304 672 136 216 432 2176 464 1472 928 864 248 92 84 400 368
        1216 1088 272 116 36 672 464 336 60 672 864 272 116 368 272 200 544 496 336 736 368 2176 1088 184`),
    );
    const { x, sum, sumCode } = normalise(charges, 1);
    expect(sum[0]).toBe(26484);
    expect(sumCode[0]).toBe(185);
    expect(Array.from(x)).toEqual(
      numbers(`1 3 3 15 2 4 2 0 | 2 2 5 1 1 3 17 3 | 11 7 6 1 0 0 3 2 | 9 8 2 0 0 5 3 2 |
        0 5 6 2 | 0 2 2 1 | 4 3 2 5 | 2 17 8 1`),
    );
  });

  it('equals the formula for all zero, single cells, small sums and sums of 2^22 and more', () => {
    const random = new Random(5);
    const rows: number[][] = [
      new Array(48).fill(0),
      new Array(48).fill(4062240),
      new Array(48).fill(2 ** 22 - 1),
    ];
    for (let bit = 0; bit <= 22; bit++) {
      for (const v of [2 ** bit, 2 ** bit - 1]) {
        const single = new Array<number>(48).fill(0);
        single[random.below(48)] = Math.min(v, 2 ** 22 - 1);
        rows.push(single);
        rows.push(Array.from({ length: 48 }, () => random.below(Math.min(v, 2 ** 22 - 1) + 1)));
      }
    }
    const { x, sum, sumCode } = normalise(Uint32Array.from(rows.flat()), rows.length);
    rows.forEach((row, i) => {
      const s = row.reduce((a, b) => a + b, 0);
      const length = s === 0 ? 0 : s.toString(2).length;
      const leading = Math.min(Math.max(length - 1, 0), 21);
      expect(sum[i]).toBe(s);
      expect(Array.from(x.subarray(i * 48, i * 48 + 48))).toEqual(
        row.map((v) => Math.floor((v * 128) / 2 ** leading)),
      );
      const exponent = Math.max(length - 4, 0);
      const code = exponent === 0 ? s : exponent * 16 + Math.floor(s / 2 ** (exponent - 1)) - 16;
      expect(sumCode[i]).toBe(code);
      // Below 2^22 the cells are fractions of at most twice the sum.
      const total = x.subarray(i * 48, i * 48 + 48).reduce((a, b) => a + b, 0);
      if (s < 2 ** 22) expect(total).toBeLessThanOrEqual(255);
    });
  });
});

describe('weights', () => {
  it('survive packing, over all values', () => {
    const weights = randomWeights(new Random(9));
    const bytes = packWeights(weights);
    expect(bytes).toHaveLength(1608);
    expect(unpackWeights(bytes)).toEqual(weights);
  });

  it('stand in the string at bit 6q, lowest bits first', () => {
    const weights = zeroWeights();
    const place = (bit: bigint, value: number): bigint => BigInt(value & 63) << bit;
    weights.layers[0].kernel[24 + 16 + 3] = -1;
    weights.layers[0].bias[5] = -17;
    weights.layers[1].kernel[128 * 7 + 77] = 21;
    weights.layers[1].bias[15] = -32;
    let string = 0n;
    packWeights(weights).forEach((byte, b) => {
      string |= BigInt(byte) << BigInt(8 * b);
    });
    const want =
      place(6n * 43n, -1) |
      place(6n * 77n, -17) |
      place(6n * (80n + 128n * 7n + 77n), 21) |
      place(6n * 2143n, -32);
    expect(string).toBe(want);
  });

  it('refuse values beyond 6 bits and wrong lengths', () => {
    const weights = zeroWeights();
    weights.layers[1].kernel[3] = 32;
    expect(() => packWeights(weights)).toThrow(/latents\.kernel\[3\].*32/);
    const [conv, latents] = zeroWeights().layers;
    const short = { ...weights, layers: [{ ...conv, bias: new Int8Array(7) }, latents] };
    expect(() => packWeights(short)).toThrow(/conv\.bias.*7 values/);
    expect(() => unpackWeights(new Uint8Array(1607))).toThrow(/1607/);
  });
});
