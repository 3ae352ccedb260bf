const PING = 9;

/**
 * Counts the WebSocket messages in a byte stream of a server (unmasked, unfragmented) without looking at what is in them, however
 * the network has cut it. The HTTP answer to the handshake is skipped first; pings, pongs and close frames do not count.
 */
export class FrameCounter {
  /** Called with the payload of each ping, where pings are answered. */
  pinged: ((payload: Buffer) => void) | undefined;
  /** Messages whose header has arrived. */
  frames = 0;
  #inHandshake = true;
  /** Bytes of the current frame's payload that are still to come. */
  #toSkip = 0;
  /** The bytes of a header that a chunk ended in. */
  #partial: Buffer | undefined;

  /** Whether the last frame has arrived to its last byte. */
  get isWhole(): boolean {
    return this.#toSkip === 0 && this.#partial === undefined;
  }

  /** Takes the next bytes. */
  take(chunk: Buffer): void {
    let bytes = chunk;
    if (this.#partial !== undefined) {
      bytes = Buffer.concat([this.#partial, chunk]);
      this.#partial = undefined;
    }
    if (this.#inHandshake) {
      const end = bytes.indexOf("\r\n\r\n");
      if (end === -1) return void (this.#partial = Buffer.from(bytes));
      this.#inHandshake = false;
      bytes = bytes.subarray(end + 4);
    }
    let at = this.#toSkip;
    while (at < bytes.length) {
      const header = headerLength(bytes, at);
      if (at + header > bytes.length) {
        this.#partial = Buffer.from(bytes.subarray(at));
        this.#toSkip = 0;
        return;
      }
      const opcode = bytes[at]! & 0x0f, end = at + header + payloadLength(bytes, at, header);
      if (opcode < 8) this.frames++;
      else if (opcode === PING && this.pinged !== undefined) {
        if (end > bytes.length) {
          this.#partial = Buffer.from(bytes.subarray(at));
          this.#toSkip = 0;
          return;
        }
        this.pinged(bytes.subarray(at + header, end));
      }
      at = end;
    }
    this.#toSkip = at - bytes.length;
  }
}

/** 2, 4 or 10 bytes; 2 when not even the length byte is there, which is then found to be too short. */
function headerLength(bytes: Buffer, at: number): number {
  const length = bytes[at + 1];
  return length === 126 ? 4 : length === 127 ? 10 : 2;
}

function payloadLength(bytes: Buffer, at: number, header: number): number {
  if (header === 2) return bytes[at + 1]!;
  return header === 4 ? bytes.readUInt16BE(at + 2) : Number(bytes.readBigUInt64BE(at + 2));
}
