import { imageCells } from '../../encoder/index.js';
import type { Told } from '../../model/index.js';
import { decoderWidths, type Network, parameterLayout } from '../plan/network.js';
import type { OutputLoss, TrainingEngine, TrainingSession } from './engine.js';
import { Arena, BLOCK } from './kernel-memory.js';
import { placeDecoder } from './wasm-decoder.js';
import { placeEncoder } from './wasm-encoder.js';

/** The default engine: WebAssembly SIMD kernels (AssemblyScript), one thread, same bits on every machine. */
export const wasmEngine: TrainingEngine = {
  name: 'wasm',
  async open(network, options) {
    return openSession(network, options?.frozenEncoder ?? false);
  },
};

async function openSession(network: Network, frozenEncoder: boolean): Promise<TrainingSession> {
  const { size } = parameterLayout(network);
  const cells = imageCells(network.shape);
  const latentCount = network.latentBits.length;
  const arena = new Arena();
  // Everything is placed once: growing the memory later would detach the views.
  const widest = BLOCK * Math.max(cells, latentCount);
  const rowsAt = arena.floats(widest);
  const slopeRowsAt = arena.floats(BLOCK * cells);
  const room = BLOCK * decoderWidths(network)[0];
  const places = {
    parameters: arena.floats(size),
    gradient: arena.floats(size),
    inputs: arena.floats(room),
    inputSlopes: arena.floats(room),
  };
  const encoderPlaced = placeEncoder(arena, network, places);
  const decoderPlaced = placeDecoder(arena, network, places);
  const built = await arena.build();
  const { kernel, view } = built;
  const encoder = encoderPlaced(built);
  const decoder = decoderPlaced(built);
  const gradient = view(places.gradient, size);
  const rows = view(rowsAt, widest);
  const slopeRows = view(slopeRowsAt, BLOCK * cells);

  function eachBlock(x: Uint8Array, n: number, visit: (first: number, count: number) => void): void {
    encoder.load();
    for (let first = 0; first < n; first += BLOCK) {
      const count = Math.min(BLOCK, n - first);
      encoder.forward(x, first, count);
      visit(first, count);
    }
  }

  return {
    parameters: view(places.parameters, size),
    gradient,
    step(x: Uint8Array, told: Told, n: number, loss: OutputLoss, pull = 0) {
      let total = 0;
      gradient.fill(0);
      eachBlock(x, n, (first, count) => {
        decoder.forward(told, first, count);
        kernel.blockToRows(decoder.outputs, count, cells, rowsAt, BLOCK);
        total += loss(rows, first, count, slopeRows);
        kernel.rowsToBlock(slopeRowsAt, count, cells, decoder.outputSlopes, BLOCK);
        decoder.backward(count, frozenEncoder, pull);
        if (!frozenEncoder) encoder.backward();
      });
      return total;
    },
    encode(x, n, target) {
      eachBlock(x, n, (first, count) => {
        kernel.blockToRows(places.inputs, count, latentCount, rowsAt, BLOCK);
        const at = first * latentCount;
        for (let i = 0; i < count * latentCount; i++) target[at + i] = rows[i] * 256;
      });
    },
    forward(x, told, n, target) {
      eachBlock(x, n, (first, count) => {
        decoder.forward(told, first, count);
        kernel.blockToRows(decoder.outputs, count, cells, rowsAt, BLOCK);
        target.set(rows.subarray(0, count * cells), first * cells);
      });
    },
    dispose() {},
  };
}
