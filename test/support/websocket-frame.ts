import { randomBytes } from "node:crypto";

/** The opcodes of RFC 6455, section 5.2. */
export const OPCODE = { continuation: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const;

/** One WebSocket frame as it is built; what is left out is what a well-behaved client would send. */
export interface FrameOptions {
  /** A number, so that a test can send a reserved one. */
  readonly opcode?: number;
  readonly payload?: string | Uint8Array;
  /** False for all but the last frame of a fragmented message. */
  readonly final?: boolean;
  /** False breaks the rule that a client masks. */
  readonly masked?: boolean;
  /** The three reserved bits, 0 to 7; 4 is the one that permessage-deflate uses. */
  readonly reserved?: number;
  /** The length that the header claims, instead of the payload's own. */
  readonly claimedLength?: number;
}

/** A frame as it was read. */
export interface WebSocketFrame {
  readonly opcode: number;
  readonly final: boolean;
  readonly reserved: number;
  readonly payload: Buffer;
  readonly text: string;
  /** Only on close frames that carry one. */
  readonly closeCode?: number;
  /** Only on close frames; empty when there is none. */
  readonly closeReason?: string;
}

/** Builds the bytes of one frame. */
export function buildFrame(options: FrameOptions): Buffer {
  const payload = Buffer.from(options.payload ?? "");
  const length = options.claimedLength ?? payload.length;
  const first = (options.final === false ? 0 : 0x80) | ((options.reserved ?? 0) << 4) |
    (options.opcode ?? OPCODE.text);
  const masked = options.masked ?? true;
  const header = Buffer.alloc(length < 126 ? 2 : length < 65536 ? 4 : 10);
  header[0] = first;
  header[1] = (masked ? 0x80 : 0) | (length < 126 ? length : length < 65536 ? 126 : 127);
  if (header.length === 4) header.writeUInt16BE(length, 2);
  if (header.length === 10) header.writeBigUInt64BE(BigInt(length), 2);
  if (!masked) return Buffer.concat([header, payload]);
  const mask = randomBytes(4);
  return Buffer.concat([header, mask, payload.map((byte, index) => byte ^ (mask[index % 4] ?? 0))]);
}

/** The payload of a close frame. */
export function closePayload(code: number, reason = ""): Buffer {
  const payload = Buffer.alloc(2 + Buffer.byteLength(reason));
  payload.writeUInt16BE(code, 0);
  payload.write(reason, 2);
  return payload;
}

/** The frames of one text message, cut into pieces of at most `size` bytes. */
export function fragments(text: string, size: number): readonly Buffer[] {
  const bytes = Buffer.from(text);
  const count = Math.max(1, Math.ceil(bytes.length / size));
  return Array.from({ length: count }, (_, index) =>
    buildFrame({
      opcode: index === 0 ? OPCODE.text : OPCODE.continuation,
      payload: bytes.subarray(index * size, (index + 1) * size),
      final: index === count - 1,
    }));
}

/** Reads the first frame of a server's bytes; `undefined` when it is not complete yet. `size` is the number of bytes read. */
export function readFrame(
  bytes: Buffer,
): { readonly frame: WebSocketFrame; readonly size: number } | undefined {
  if (bytes.length < 2) return undefined;
  const [first = 0, second = 0] = bytes;
  const short = second & 0x7f;
  const maskAt = short < 126 ? 2 : short === 126 ? 4 : 10;
  const payloadAt = maskAt + (second & 0x80 ? 4 : 0);
  if (bytes.length < payloadAt) return undefined;
  const length = short < 126
    ? short
    : short === 126
    ? bytes.readUInt16BE(2)
    : Number(bytes.readBigUInt64BE(2));
  if (bytes.length < payloadAt + length) return undefined;
  const raw = bytes.subarray(payloadAt, payloadAt + length);
  const payload = payloadAt === maskAt
    ? Buffer.from(raw)
    : Buffer.from(raw.map((byte, index) => byte ^ (bytes[maskAt + index % 4] ?? 0)));
  const opcode = first & 0x0f;
  const closing = opcode === OPCODE.close;
  return {
    size: payloadAt + length,
    frame: {
      opcode,
      final: (first & 0x80) !== 0,
      reserved: (first >> 4) & 7,
      payload,
      text: payload.toString(),
      ...(closing && length >= 2 ? { closeCode: payload.readUInt16BE(0) } : {}),
      ...(closing ? { closeReason: payload.subarray(2).toString() } : {}),
    },
  };
}
