import protobuf from 'protobufjs';
import { EconError } from '../../base/index.js';

const roots = new Map<string, protobuf.Root>();

/**
 * Decodes a message of a schema in protobuf text. 64-bit integers become numbers (those beyond 2^53 lose their last bits).
 * A field that the schema does not name is refused: it could change what the message means.
 * @throws EconError exchange/protobuf
 */
export function decodeMessage<T>(schema: string, name: string, bytes: Uint8Array, path: string): T {
  const type = lookup(schema, name);
  const reader = protobuf.Reader.create(bytes);
  reader.discardUnknown = false;
  let message: protobuf.Message;
  try {
    message = type.decode(reader);
  } catch (error) {
    throw new EconError({
      code: 'exchange/protobuf',
      where: path,
      what: `this is no ${name}, or a part of it is missing (${error instanceof Error ? error.message : String(error)}).`,
      remedy: 'Copy or write the file again.',
    });
  }
  const unknown = unknownField(message, name);
  if (unknown)
    throw new EconError({
      code: 'exchange/protobuf',
      where: path,
      what: `${unknown}, which the definition of ${name} known here does not have.`,
      remedy: `Check that the file is a ${name}; if a newer tool wrote it, write it in an older version of the format.`,
    });
  return type.toObject(message, { longs: Number, arrays: true, objects: true }) as T;
}

/** The bytes of a message. */
export function encodeMessage(schema: string, name: string, message: object): Uint8Array {
  const type = lookup(schema, name);
  return type.encode(type.fromObject(message)).finish();
}

function lookup(schema: string, name: string): protobuf.Type {
  const root = roots.get(schema) ?? protobuf.parse(schema, { keepCase: true }).root;
  roots.set(schema, root);
  return root.lookupType(name);
}

/** The first field without a name in the schema, as `ModelProto.graph.node[3] has field 99`. */
function unknownField(message: object, where: string): string | undefined {
  const first = (message as { $unknowns?: Uint8Array[] }).$unknowns?.[0];
  if (first) return `${where} has field ${protobuf.Reader.create(first).uint32() >>> 3}`;
  for (const [key, value] of Object.entries(message)) {
    const found = Array.isArray(value)
      ? value.map((item, i) => inside(item, `${where}.${key}[${i}]`)).find(Boolean)
      : inside(value, `${where}.${key}`);
    if (found) return found;
  }
  return undefined;
}

function inside(value: unknown, where: string): string | undefined {
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return undefined;
  return unknownField(value, where);
}
