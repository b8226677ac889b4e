const table = Uint32Array.from({ length: 256 }, (_, byte) => {
  let c = byte;
  for (let i = 0; i < 8; i++) c = c & 1 ? (c >>> 1) ^ 0xedb88320 : c >>> 1;
  return c;
});

/** CRC-32 of IEEE 802.3 (as in zlib and ZIP): polynomial 0x04C11DB7 reflected. @param before of the bytes in front */
export function crc32(bytes: Uint8Array, before = 0): number {
  let c = ~before;
  for (let i = 0; i < bytes.length; i++) c = table[(c ^ bytes[i]) & 255] ^ (c >>> 8);
  return ~c >>> 0;
}
