import protobuf from 'protobufjs';
import { EconError } from '../base/index.js';

/**
 * Decodes a message of a schema in protobuf text. Fields that the schema does not name are passed over, 64-bit integers
 * become numbers.
 * @throws EconError exchange/protobuf
 */
export function decodeMessage<T>(schema: string, name: string, bytes: Uint8Array, path: string): T {
  const type = protobuf.parse(schema, { keepCase: true }).root.lookupType(name);
  try {
    return type.toObject(type.decode(bytes), { longs: Number, arrays: true, objects: true }) as T;
  } catch (error) {
    throw new EconError({
      code: 'exchange/protobuf',
      where: path,
      what: `this is no ${name}, or a part of it is missing (${error instanceof Error ? error.message : String(error)}).`,
      remedy: 'Copy or write the file again.',
    });
  }
}

/** The bytes of a message. */
export function encodeMessage(schema: string, name: string, message: object): Uint8Array {
  const type = protobuf.parse(schema, { keepCase: true }).root.lookupType(name);
  return type.encode(type.fromObject(message)).finish();
}

/** Little-endian float32 numbers, wherever they lie. */
export function floats(bytes: Uint8Array): Float64Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Float64Array.from({ length: Math.floor(bytes.byteLength / 4) }, (_, i) =>
    view.getFloat32(4 * i, true),
  );
}
