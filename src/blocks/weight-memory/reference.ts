import { WEIGHT_BYTES } from '../../encoder/index.js';

const table = new Uint32Array(256);
for (let n = 0; n < 256; n++) {
  let c = n;
  for (let k = 0; k < 8; k++) c = (c >>> 1) ^ (c & 1 ? 0xedb88320 : 0);
  table[n] = c >>> 0;
}

/** CRC-32 of IEEE 802.3 (as in zlib): polynomial 0x04C11DB7 reflected, all ones before and after. */
export function crc32(bytes: Uint8Array): number {
  let c = 0xffffffff;
  for (const byte of bytes) c = (c >>> 8) ^ table[(c ^ byte) & 255];
  return ~c >>> 0;
}

/** Status of the weight memory, as read in weight_status. */
export interface CommitStatus {
  readonly done: boolean;
  readonly failed: boolean;
  /** Successful commits, modulo 256. */
  readonly count: number;
  /** CRC-32 found by the last check. */
  readonly crc: number;
}

/**
 * The weight memory as the host sees it: writes go to the shadow; a commit copies the shadow into the active weights
 * if its CRC-32 is the expected one, else leaves them alone. (In the chip the check takes 1609 clocks, during which
 * writes are refused.)
 */
export interface WeightMemory {
  readonly shadow: Uint8Array;
  readonly active: Uint8Array;
  status: CommitStatus;
  expectedCrc: number;
  commit(): boolean;
}

export function createWeightMemory(): WeightMemory {
  return {
    shadow: new Uint8Array(WEIGHT_BYTES),
    active: new Uint8Array(WEIGHT_BYTES),
    status: { done: false, failed: false, count: 0, crc: 0 },
    expectedCrc: 0,
    commit() {
      const crc = crc32(this.shadow);
      const failed = crc !== this.expectedCrc >>> 0;
      if (!failed) this.active.set(this.shadow);
      this.status = { done: !failed, failed, count: (this.status.count + (failed ? 0 : 1)) & 255, crc };
      return !failed;
    },
  };
}
