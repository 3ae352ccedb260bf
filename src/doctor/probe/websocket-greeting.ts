import { randomBytes } from "node:crypto";
import type { Duplex } from "node:stream";
import { exchange, type Exchanged } from "./exchange.ts";
import { headOf, type HttpHead } from "./http-get.ts";
import { NO_ANSWER, ProbeError } from "./probe-error.ts";
import type { ProbeTarget } from "./probe-target.ts";

/** How a server received a WebSocket client. */
export type WebSocketGreeting =
  /** It answered the upgrade like any other request. */
  | { readonly kind: "answered" } & HttpHead
  /** It upgraded and sent this first. */
  | { readonly kind: "frame"; readonly text: string }
  /** It upgraded and closed. */
  | { readonly kind: "closed"; readonly code: number | undefined; readonly reason: string };

/** Opens a WebSocket on a route and reads the first frame. Rejects with a `ProbeError`. */
export function websocketGreeting(
  target: ProbeTarget,
  route: string,
  origin: string,
  timeout: number,
): Promise<Exchanged<WebSocketGreeting>> {
  const headers = {
    Origin: origin,
    Connection: "Upgrade",
    Upgrade: "websocket",
    "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Key": randomBytes(16).toString("base64"),
  };
  return exchange<WebSocketGreeting>(target, { route, headers, timeout }, {
    answered: (response) => Promise.resolve({ kind: "answered", ...headOf(response) }),
    upgraded: firstFrame,
  });
}

async function firstFrame(socket: Duplex, head: Buffer): Promise<WebSocketGreeting> {
  let bytes = head, greeting = readGreeting(bytes);
  if (greeting !== undefined) return greeting;
  for await (const chunk of socket as AsyncIterable<Buffer>) {
    bytes = Buffer.concat([bytes, chunk]);
    greeting = readGreeting(bytes);
    if (greeting !== undefined) return greeting;
  }
  throw new ProbeError("closed", NO_ANSWER);
}

/** The first frame among the bytes after an upgrade; `undefined` while it is not whole. */
export function readGreeting(bytes: Buffer): WebSocketGreeting | undefined {
  const payload = firstPayload(bytes);
  if (payload === undefined) return undefined;
  const { opcode, data } = payload;
  if (opcode !== 8) return { kind: "frame", text: data.toString() };
  return {
    kind: "closed",
    code: data.length < 2 ? undefined : data.readUInt16BE(),
    reason: data.toString("utf8", 2),
  };
}

/** A server's frames are not masked; the greeting is one frame (RFC 6455, 5.2). */
function firstPayload(bytes: Buffer): { readonly opcode: number; readonly data: Buffer } | undefined {
  if (bytes.length < 2) return undefined;
  const short = bytes[1]! & 0x7f, start = short < 126 ? 2 : short === 126 ? 4 : 10;
  if (bytes.length < start) return undefined;
  // A frame of 64 KiB and more is no greeting of ours: its payload is not read.
  const length = short < 126 ? short : short === 126 ? bytes.readUInt16BE(2) : 0;
  if (bytes.length < start + length) return undefined;
  return { opcode: bytes[0]! & 0x0f, data: bytes.subarray(start, start + length) };
}
