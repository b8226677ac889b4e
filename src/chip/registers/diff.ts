import { type RegisterImage, readElement, registersOfGeneration } from './image.js';

/** A field that has different values in two images. */
export interface FieldDifference {
  /** Block, element and field, e.g. FormatterBuffer.buff_t1 or Mux.3.mux. */
  readonly path: string;
  readonly address: number;
  readonly a: bigint;
  readonly b: bigint;
}

/** Fields of two images of the same generation that differ, by address; weights byte by byte. */
export function diffImages(a: RegisterImage, b: RegisterImage): FieldDifference[] {
  const differences: FieldDifference[] = [];
  for (const register of registersOfGeneration(a.generation)) {
    // How weights are loaded is no setting.
    if (register.block === 'WeightMemory') continue;
    for (let index = 0; index < register.count; index++) {
      const address = register.address + register.stride * index;
      const at = register.count > 1 ? `${register.block}.${index}` : register.block;
      if (register.storage === 'weights' || register.name === 'weights') {
        for (let n = 0; n < register.bytes; n++) {
          const [x, y] = [a.bytes[address + n], b.bytes[address + n]];
          if (x !== y)
            differences.push({ path: `${at}.byte ${n}`, address: address + n, a: BigInt(x), b: BigInt(y) });
        }
        continue;
      }
      const [x, y] = [readElement(a, register, index), readElement(b, register, index)];
      for (const f of register.fields) {
        const mask = (1n << BigInt(f.width)) - 1n;
        const [u, v] = [(x >> BigInt(f.lsb)) & mask, (y >> BigInt(f.lsb)) & mask];
        if (u !== v) differences.push({ path: `${at}.${f.name}`, address, a: u, b: v });
      }
    }
  }
  return differences;
}
