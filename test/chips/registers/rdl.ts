import { expect } from 'vitest';

/** What SystemRDL says of an 8-bit register; masks of its bits. */
export interface RdlByte {
  readonly reset: number;
  /** Bits that keep what the host writes. */
  readonly kept: number;
}

interface Node {
  register?: RdlByte;
  readonly children: { node: Node; at: number; count: number; stride: number }[];
}

/** All 8-bit registers by address, by a reader of the little SystemRDL that is needed here. */
export function rdlBytes(text: string): Map<number, RdlByte> {
  const open: Node[] = [{ children: [] }];
  // A description may hold braces of its own.
  const source = text.replace(/"[^"]*"/g, '""').replace(/\/\/.*$/gm, '');
  const tokens =
    /\bfield \{([^}]*)\} [^;[]*\[(\d+):(\d+)\];|\b(?:regfile|reg|addrmap)\b([^{;]*)\{|\}([^;]*);/g;
  for (const [whole, field, high, low, , end] of source.matchAll(tokens)) {
    if (field !== undefined) {
      const mask = ((2 << (Number(high) - Number(low))) - 1) << Number(low);
      const reset = Number(/reset = (\w+);/.exec(field)![1]) << Number(low);
      const keeps = field.includes('sw = rw;') && !field.includes('singlepulse;');
      const node = open.at(-1)!;
      const { reset: before, kept } = node.register ?? { reset: 0, kept: 0 };
      node.register = { reset: before | reset, kept: kept | (keeps ? mask : 0) };
    } else if (whole.startsWith('}')) {
      const node = open.pop()!;
      const place = /(?:\[(\d+)\] )?@0x([\da-f]+)(?: \+= 0x([\da-f]+))?/.exec(end);
      const [count, at, stride] = [Number(place?.[1] ?? 1), `0x${place?.[2] ?? 0}`, `0x${place?.[3] ?? 0}`];
      open.at(-1)!.children.push({ node, at: Number(at), count, stride: Number(stride) });
    } else open.push({ children: [] });
  }
  const bytes = new Map<number, RdlByte>();
  const walk = (node: Node, base: number): void => {
    if (node.register) {
      expect(bytes.has(base)).toBe(false);
      bytes.set(base, node.register);
    }
    for (const { node: child, at, count, stride } of node.children)
      for (let k = 0; k < count; k++) walk(child, base + at + k * stride);
  };
  expect(open).toHaveLength(1);
  walk(open[0], 0);
  return bytes;
}
