import { bytesOf, numpyTypes, readNumbers } from '../../base/index.js';
import { computeNode, sizeOf, type Tensor } from '../graph/index.js';

/** An array of NumPy (numpy.lib.format); undefined when it is none, or of another type than numbers. */
export function parseNpy(bytes: Uint8Array): (Tensor & { readonly type: string }) | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 12 || Buffer.from(bytes.subarray(0, 6)).toString('latin1') !== '\x93NUMPY')
    return undefined;
  const version = bytes[6];
  const start = version === 1 ? 10 : 12;
  const length = version === 1 ? view.getUint16(8, true) : view.getUint32(8, true);
  if (start + length > bytes.length) return undefined;
  const header = Buffer.from(bytes.subarray(start, start + length)).toString('latin1');
  const type = /'descr'\s*:\s*'([<>|=]?)(\w\d+)'/.exec(header);
  const order = /'fortran_order'\s*:\s*(True|False)/.exec(header);
  const sides = /'shape'\s*:\s*\(([\d,\s]*)\)/.exec(header);
  const numbers = type && numpyTypes[type[2]];
  if (!numbers || !order || !sides) return undefined;
  const shape = (sides[1].match(/\d+/g) ?? []).map(Number);
  const count = sizeOf(shape);
  const own = bytes.subarray(start + length, start + length + bytesOf(numbers, count));
  if (own.length < bytesOf(numbers, count)) return undefined;
  const data = readNumbers(numbers, own, count, type[1] !== '>');
  return { shape, type: type[2], data: order[1] === 'True' ? fromColumns(data, shape) : data };
}

/** The first axis runs fastest in the file. */
function fromColumns(data: Float64Array, shape: readonly number[]): Float64Array {
  const order = [...shape.keys()].reverse();
  const file = { shape: [...shape].reverse(), data, batched: false };
  return computeNode({ op: { kind: 'transpose', order }, shape, batched: false }, [file], 1, 'double').data;
}
