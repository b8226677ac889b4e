import { expect, test } from 'vitest';
import { Random } from '../../../src/base/index.js';
import { imagePlaces, neuronParameters, neuronsOf, outputPlaces } from '../../../src/blocks/index.js';
import { leafCells } from '../../../src/chips/index.js';
import {
  type Arithmetic,
  econtShape,
  encoderLayers,
  layerOutputs,
  multiplierOf,
  type WeightFormat,
  weightBits,
  zeroWeights,
} from '../../../src/encoder/index.js';
import { type Constant, constant } from '../../../src/hdl/index.js';
import { optionalTool, pack, throughCell, unpack } from '../../chips/rtl-bench.js';

// The cells of the encoder, each by itself, against numbers worked out here or the values of the reference's layers.
const iverilog = await optionalTool('iverilog');
const cells = leafCells();
const run = test.skipIf(iverilog === undefined);

function named(parameters: Readonly<Record<string, number | Constant>>): string {
  return Object.entries(parameters)
    .map(([name, v]) => `.${name}(${typeof v === 'number' ? v : `${v.width}'h${v.value.toString(16)}`})`)
    .join(', ');
}

const formats: [WeightFormat, growth: number][] = [
  [{ kind: 'fixed', bits: 6, fraction: 5 }, 6],
  [{ kind: 'fixed', bits: 5, fraction: 3 }, 5],
  [{ kind: 'fixed', bits: 2, fraction: 1 }, 2],
  [{ kind: 'binary', fraction: 3 }, 1],
  [{ kind: 'ternary', fraction: 3 }, 1],
  [{ kind: 'power-of-two', bits: 4, fraction: 6 }, 7],
];

run.each(formats)(
  'product of %o: every weight, all values of few bits and corners of 12, floored and whole',
  async (format, growth) => {
    const weight = weightBits(format);
    for (const [width, shift] of [
      [8, 3],
      [5, 2],
      [12, 4],
      [12, 0],
    ]) {
      const values =
        width <= 8
          ? Array.from({ length: 2 ** width }, (_, v) => v)
          : [0, 1, 2, 3, 5, 15, 16, 17, 127, 1365, 2347, 2730, 4094, 4095];
      const rows = values.flatMap((v) => Array.from({ length: 2 ** weight }, (_, w) => [v, w]));
      const bits = width + growth - shift;
      const got = await throughCell(
        iverilog!,
        cells,
        {
          module: 'econ_product',
          parameters: named({
            Width: width,
            WeightBits: weight,
            Kind: ['fixed', 'binary', 'ternary', 'power-of-two'].indexOf(format.kind),
            Growth: growth,
            OutBits: bits,
          }),
          inputs: [
            ['value_i', width],
            ['triple_i', width + 2],
            ['weight_i', weight],
          ],
          outputs: [['product_o', bits]],
        },
        rows.map(([v, w]) => [BigInt(v), BigInt(3 * v), BigInt(w)]),
      );
      expect(got.map(([product]) => Number(BigInt.asIntN(bits, product)))).toEqual(
        rows.map(([v, w]) => Math.floor((v * multiplierOf(format, w)) / 2 ** shift) + 0),
      );
    }
  },
);

for (const arithmetic of ['econt', 'exact'] as Arithmetic[]) {
  run(`neurons of every kind in ECON-T's encoder, ${arithmetic}: random and extreme`, async () => {
    const random = new Random(5);
    const cases = Array.from({ length: 24 }, (_, i) => {
      const weights = zeroWeights();
      const low = i % 4 === 3 ? 31 : -32;
      for (const array of weights.layers.flatMap(({ kernel, bias }) => [kernel, bias]))
        for (let q = 0; q < array.length; q++) array[q] = i < 4 ? (i & 1 ? low : 31) : random.below(64) - 32;
      const x = Uint8Array.from({ length: 48 }, () => (i < 4 ? 255 : random.below(i < 12 ? 256 : 20)));
      return { weights, values: [Int32Array.from(x), ...layerOutputs(weights, arithmetic)(x)] };
    });
    const layers = encoderLayers(econtShape);
    let places = imagePlaces(econtShape);
    for (const [depth, layer] of layers.entries()) {
      const kinds = new Map(
        neuronsOf(layer, places)
          .filter(({ taps }) => taps.length > 0)
          .map((neurons) => [JSON.stringify(neurons.runs) + neurons.place.bits, neurons]),
      );
      expect(kinds.size).toBe([4, 1][depth]);
      for (const neurons of kinds.values()) {
        const { taps, first, outputs, bias, place } = neurons;
        const inputs = taps.map(({ input }) => places[input]);
        const parameters = neuronParameters(layer, neurons, arithmetic);
        const lists = (numbers: readonly number[], extra: number) =>
          numbers.reduceRight((all, v, t) => (all << BigInt(inputs[t].bits + extra)) | BigInt(v), 0n);
        const got = await throughCell(
          iverilog!,
          cells,
          {
            module: 'econ_neurons',
            parameters: named(parameters),
            inputs: [
              ['x_i', parameters.InBits],
              ['triple_i', parameters.InBits + 2 * taps.length],
              ['weights_i', 6 * outputs * taps.length],
              ['bias_i', 6 * outputs],
            ],
            outputs: [['out_o', place.bits * outputs]],
          },
          cases.map(({ weights, values }) => {
            const { kernel, bias: biases } = weights.layers[depth];
            const wired = taps.map(({ input }, t) => values[depth][input] >> inputs[t].zeros);
            const words = taps.flatMap((tap) =>
              Array.from({ length: outputs }, (_, f) =>
                layer.kind === 'dense' ? kernel[128 * first + tap.kernel] : kernel[outputs * tap.kernel + f],
              ),
            );
            return [
              lists(wired, 0),
              lists(
                wired.map((v) => 3 * v),
                2,
              ),
              pack(words, 6),
              pack(biases.subarray(bias, bias + outputs), 6),
            ];
          }),
        );
        expect(got.map(([v]) => unpack(v, outputs, place.bits))).toEqual(
          cases.map(({ values }) => [...values[depth + 1].subarray(first, first + outputs)]),
        );
      }
      places = [...outputPlaces(layer).places];
    }
    // The cases are worth something only if they reach both ends and the middle.
    const seen = cases.map(({ values: [, , latents] }) => latents[0]);
    expect([seen.includes(0), seen.includes(511), seen.some((v) => v > 0 && v < 511)]).toEqual([
      true,
      true,
      true,
    ]);
  });
}

run.each([
  [5, 2, 2],
  [7, 2, 0],
  [4, 2, 2],
  [9, 4, 0],
  [8, 3, 0],
])(
  'biases where nothing is seen, in %i bits, shifted by %i, %i zeros: all of them',
  async (bits, shift, zeros) => {
    const biases = Array.from({ length: 64 }, (_, w) => w - 32);
    const got = await throughCell(
      iverilog!,
      cells,
      {
        module: 'econ_bias_outputs',
        parameters: named({ Outputs: 64, BiasShift: shift, OutBits: bits, Zeros: zeros }),
        inputs: [['bias_i', 6 * 64]],
        outputs: [['out_o', 64 * bits]],
      },
      [[pack(biases, 6)]],
    );
    expect(unpack(got[0][0], 64, bits)).toEqual(
      biases.map((b) => Math.min((Math.max(0, b) * 2 ** shift) / 2 ** zeros, 2 ** bits - 1)),
    );
  },
);

run('level codes: every latent', async () => {
  const thresholds = [4, 12, 24, 44, 80, 144, 256];
  const all = Array.from({ length: 512 }, (_, v) => v);
  const got = await throughCell(
    iverilog!,
    cells,
    {
      module: 'econ_level_codes',
      parameters: named({
        Latents: 512,
        Bits: 3,
        Levels: 7,
        Thresholds: constant(63, pack(thresholds, 9)),
      }),
      inputs: [['values_i', 9 * 512]],
      outputs: [['codes_o', 3 * 512]],
    },
    [[pack(all, 9)]],
  );
  expect(unpack(got[0][0], 512, 3)).toEqual(all.map((v) => thresholds.filter((t) => v >= t).length));
});
