/** Slots of a Redis Cluster. */
export const SLOTS = 16_384;

/** CRC-16/XMODEM, a byte at a time. */
const TABLE: Uint16Array = Uint16Array.from({ length: 256 }, (_, byte) => {
  let crc = byte << 8;
  for (let bit = 0; bit < 8; bit++) crc = (crc & 0x8000) === 0 ? crc << 1 : (crc << 1) ^ 0x1021;
  return crc & 0xffff;
});

const encoder = new TextEncoder();

/** The slot of a key or channel: of the text between its first braces, if there is one (Redis Cluster specification). */
export function keySlot(key: string): number {
  const open = key.indexOf("{"), close = open === -1 ? -1 : key.indexOf("}", open + 1);
  const tag = close > open + 1 ? key.slice(open + 1, close) : key;
  let crc = 0;
  for (const byte of encoder.encode(tag)) {
    crc = ((crc << 8) ^ (TABLE[((crc >> 8) ^ byte) & 0xff] ?? 0)) & 0xffff;
  }
  return crc % SLOTS;
}
