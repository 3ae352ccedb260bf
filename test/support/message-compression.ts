import { constants, deflateRawSync, inflateRawSync } from "node:zlib";

/** What a client offers that can read compressed frames. */
export const OFFER = "permessage-deflate; client_max_window_bits";

/** The end of a message that RFC 7692, section 7.2.1, has the sender leave out. */
const TAIL = Buffer.from([0x00, 0x00, 0xff, 0xff]);
/** Bytes that a window holds at most. */
const WINDOW = 32_768;

/** The payload of a compressed message, by itself. */
export function compressed(text: string | Uint8Array): Buffer {
  const bytes = deflateRawSync(text, { finishFlush: constants.Z_SYNC_FLUSH });
  return bytes.subarray(0, bytes.length - TAIL.length);
}

/** Reads the compressed messages of one connection, each with what came before it. */
export class MessageInflater {
  #window: Buffer = Buffer.alloc(0);

  /** The text of the next message. Throws when it was not compressed as the RFC wants it. */
  inflated(payload: Buffer): string {
    const bytes = inflateRawSync(Buffer.concat([payload, TAIL]), {
      finishFlush: constants.Z_SYNC_FLUSH,
      ...(this.#window.length === 0 ? {} : { dictionary: this.#window }),
    });
    this.#window = Buffer.concat([this.#window, bytes]).subarray(-WINDOW);
    return bytes.toString();
  }
}
