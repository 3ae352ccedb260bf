import { randomBytes } from "node:crypto";
import { exchange, type Exchanged } from "./exchange.ts";
import { readHead } from "./http-answer.ts";
import type { ProbeTarget } from "./probe-target.ts";

/** How a server met a WebSocket client. */
export type WebSocketGreeting =
  /** It answered the upgrade like any other request. */
  | { readonly kind: "answered"; readonly status: number; readonly headers: ReadonlyMap<string, string> }
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
  const request =
    `GET ${target.path}${route} HTTP/1.1\r\nHost: ${target.authority}\r\nOrigin: ${origin}\r\n` +
    "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n" +
    `Sec-WebSocket-Key: ${randomBytes(16).toString("base64")}\r\nUser-Agent: Resound\r\n\r\n`;
  return exchange(target, request, readGreeting, timeout);
}

/** Reads a greeting off the wire. */
export function readGreeting(bytes: Buffer): WebSocketGreeting | undefined {
  const head = readHead(bytes);
  if (head === undefined) return undefined;
  if (head.status !== 101) return { kind: "answered", status: head.status, headers: head.headers };
  const payload = firstPayload(bytes.subarray(head.size));
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
  if (bytes.length < 4) return undefined;
  const short = bytes[1]! & 0x7f;
  // A greeting of 64 KiB is none.
  const length = short < 126 ? short : short === 126 ? bytes.readUInt16BE(2) : 0;
  const start = short < 126 ? 2 : short === 126 ? 4 : 10;
  if (bytes.length < start + length) return undefined;
  return { opcode: bytes[0]! & 0x0f, data: bytes.subarray(start, start + length) };
}
