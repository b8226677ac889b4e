/** Words of the output buffer, and the fill beyond which the upstream one misbehaves: T1 above it is out of range. */
export const BUFFER_WORDS = 512;
export const BUFFER_SAFE_WORDS = 400;

/** Packet types of the words that a packet without room is replaced with: it did not fit, or T2 was passed. */
export const TYPE_TRUNCATED_FULL = 0b110;
export const TYPE_TRUNCATED_SHORT = 0b111;
