import { Buffer } from "node:buffer";

// A frame on the socket of the bridge: its length in four bytes, the most significant one first, and a JSON list of messages.

/** Version of all messages of the bridge: processes join only where both have the same. To be raised with each change of a message. */
export const BRIDGE_VERSION = 3;

/** One message: the name of a call (calls.ts), and its fields. */
export type Message = readonly [name: string, ...fields: unknown[]];

const HEADER = 4;
/** Bytes of a frame at most. */
const MOST_OF_FRAME = 67_108_864;
/** Characters of a frame, and its messages, from which on they are divided between two. */
const LONG = 4_194_304, MANY = 4096;

/** Messages as frames: one, unless it would be too long. Throws where a single message is. */
export function framesOf(messages: readonly Message[]): Buffer[] {
  const text = messages.length > MANY ? undefined : JSON.stringify(messages);
  if (text === undefined || text.length > LONG && messages.length > 1) {
    const half = messages.length >> 1;
    return [...framesOf(messages.slice(0, half)), ...framesOf(messages.slice(half))];
  }
  const length = Buffer.byteLength(text);
  if (length > MOST_OF_FRAME) throw new Error(`a message of ${length} bytes is too long for the bridge`);
  const frame = Buffer.allocUnsafe(HEADER + length);
  frame.writeUInt32BE(length);
  frame.write(text, HEADER);
  return [frame];
}

/** Finds the messages in what arrives, in chunks of any length. */
export class MessageReader {
  #chunks: Buffer[] = [];
  #bytes = 0;
  /** Bytes that have to be there before there is something to read. */
  #awaited = HEADER;

  /** The messages of each frame that is complete with this chunk. Throws where it is no frame of the bridge. */
  *read(chunk: Buffer): Generator<readonly Message[]> {
    this.#chunks.push(chunk);
    this.#bytes += chunk.length;
    if (this.#bytes < this.#awaited) return;
    let all = this.#chunks.length === 1 ? chunk : Buffer.concat(this.#chunks);
    this.#awaited = HEADER;
    while (all.length >= HEADER) {
      const end = HEADER + all.readUInt32BE();
      if (end > HEADER + MOST_OF_FRAME) throw new Error("it is too long");
      if (all.length < end) {
        this.#awaited = end;
        break;
      }
      yield asMessages(JSON.parse(all.toString("utf8", HEADER, end)));
      all = all.subarray(end);
    }
    this.#chunks = all.length === 0 ? [] : [all];
    this.#bytes = all.length;
  }
}

/** The fields are not looked at: they are this program's own, of this version, by a process that knows the secret. */
function asMessages(value: unknown): readonly Message[] {
  const isMessage = (each: unknown): boolean => Array.isArray(each) && typeof each[0] === "string";
  if (!Array.isArray(value) || !value.every(isMessage)) throw new Error("it is no list of messages");
  return value as Message[];
}
