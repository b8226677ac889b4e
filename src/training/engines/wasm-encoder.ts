import { encoderLayers, imageCells } from '../../encoder/index.js';
import { latentSlopes, latentTables } from '../../model/index.js';
import { layerArithmetic, layerTables, type Network, parameterLayout } from '../plan/network.js';
import { type Arena, addressesIn, BLOCK, type Built, type Places } from './kernel-memory.js';

/** Bytes of a table of the 512 values of a latent. */
const TABLE = 4 * 512;

/** Places the half from cells to latents. @returns what makes it of the memory, once that is there */
export function placeEncoder(arena: Arena, network: Network, places: Places) {
  const { encoderSize } = parameterLayout(network);
  const count = network.latentBits.length;
  const cells = imageCells(network.shape);
  const chipAt = arena.floats(encoderSize);
  const tablesAt = arena.floats(512 * count);
  const slopesAt = arena.floats(512 * count);
  const bytesAt = arena.floats((BLOCK * cells) / 4);
  const x = arena.floats(BLOCK * cells);
  const layers = placeLayers(arena, network, places, chipAt);
  const last = layers[layers.length - 1];
  const largest = network.shape.latents.largest ?? 0;
  const kept = arena.floats(BLOCK * count);
  const one = arena.table([[[0, 0]]]);

  return ({ kernel, memory, view }: Built) => {
    const parameters = view(places.parameters, encoderSize);
    const chip = view(chipAt, encoderSize);
    const byteRows = new Uint8Array(memory, bytesAt, BLOCK * cells);
    latentTables(network.shape, network.latentBits).forEach((table, o) => {
      view(tablesAt + TABLE * o, 512).set(Float32Array.from(table, (value) => value / 256));
    });
    latentSlopes(network.shape).forEach((slopes, o) => {
      view(slopesAt + TABLE * o, 512).set(slopes);
    });
    const map = network.arithmetic === 'econt' ? kernel.flooredLinear : kernel.linear;
    const cut = network.arithmetic === 'float' ? kernel.clip : kernel.flooredClip;
    return {
      /** The chip's weights, scaled so that a product of the kernel is the chip's product before its floor. */
      load(): void {
        for (const { slices, kernel: kernelOf, bias: biasOf } of layers) {
          const { kernel: k, bias: b } = slices;
          for (let i = k.offset; i < k.offset + k.rows * k.columns; i++) chip[i] = kernelOf(parameters[i]);
          for (let i = b.offset; i < b.offset + b.columns; i++) chip[i] = biasOf(parameters[i]);
        }
      },

      /** Latents of wafers first .. first + count - 1 into the decoder's inputs. */
      forward(source: Uint8Array, first: number, wafers: number): void {
        byteRows.set(source.subarray(first * cells, (first + wafers) * cells));
        kernel.bytesToBlock(bytesAt, wafers, cells, x, BLOCK);
        let from = x;
        for (const layer of layers) {
          const { kind, inputChannels, channels, positions, sums, values, chip: at } = layer;
          const step = 4 * channels;
          layer.own.forEach((table, p) => {
            map(table, 1, 1, 1, at.kernel, 4, 4, 4, at.bias + 4 * p, from, sums + 4 * BLOCK * p, BLOCK);
          });
          if (kind !== 'local') {
            const of = [positions, inputChannels, channels, at.kernel, step, step, 4, at.bias];
            map(layer.forward, ...of, from, sums, BLOCK);
          }
          if (layer !== last) cut(sums, values, layer.largest, layer.outputs * BLOCK);
          from = values;
        }
        kernel.cutLatents(last.sums, tablesAt, places.inputs, count, BLOCK);
        if (largest > 0) kernel.keepLargest(last.sums, places.inputs, kept, largest, count, BLOCK);
      },

      /** From the slopes of the decoder's inputs to those of the parameters, straight through the floors. */
      backward(): void {
        const slope = places.inputSlopes;
        if (largest > 0) kernel.keepLargestBackward(kept, slope, count * BLOCK);
        kernel.cutLatentsBackward(last.sums, slopesAt, slope, count, BLOCK);
        for (let i = layers.length - 1; i >= 0; i--) {
          const layer = layers[i];
          const { channels, biases, slopes, kernelSlope } = layer;
          const delta = layer === last ? slope : layer.delta;
          const from = i === 0 ? x : layers[i - 1].values;
          const of = [layer.rows, layer.inputChannels, channels, from, delta, slopes.kernel, kernelSlope];
          kernel.weightGradient(layer.byRow, ...of, BLOCK);
          kernel.biasGradient(layer.outputs / biases, biases, delta, slopes.bias, layer.biasSlope, BLOCK);
          if (i === 0) return;
          // Only the first layer may be a convolution, so what passes a slope down is dense.
          const below = layers[i - 1];
          const w = layer.chip.kernel;
          kernel.linear(one, 1, channels, layer.inputs, w, 0, 4, 4 * channels, 0, delta, below.delta, BLOCK);
          kernel.clipBackward(below.values, below.delta, below.largest, below.outputs * BLOCK);
        }
      },
    };
  };
}

function placeLayers(arena: Arena, network: Network, places: Places, chipAt: number) {
  const { encoder } = parameterLayout(network);
  return encoderLayers(network.shape).map((layer, i) => {
    const tables = layerTables(layer);
    const { kernel, bias } = encoder[i];
    return {
      ...layer,
      ...layerArithmetic(layer, network.arithmetic),
      slices: { kernel, bias },
      /** Of the chip's weights and biases, and of the slopes of the parameters. */
      chip: addressesIn(chipAt, encoder[i]),
      slopes: addressesIn(places.gradient, encoder[i]),
      /** Sums before the floor, outputs after the clip, and the slope of the outputs. */
      sums: arena.floats(BLOCK * layer.outputs),
      values: arena.floats(BLOCK * layer.outputs),
      delta: arena.floats(BLOCK * layer.outputs),
      /** A dense layer takes all inputs as channels of one position. */
      positions: tables.byPosition.length,
      inputChannels: layer.kind === 'dense' ? layer.inputs : 1,
      /** Each position of a local layer has a table and a bias of its own. */
      own: layer.kind === 'local' ? tables.byPosition.map((list) => arena.table([list])) : [],
      rows: tables.rows,
      forward: arena.table(tables.byPosition),
      byRow: arena.table(tables.byRow),
    };
  });
}
