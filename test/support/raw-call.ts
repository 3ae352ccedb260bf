import { encodeQuery, type QueryParameters, signRequest } from "./sign-request.ts";
import { TEST_APPLICATION } from "./test-application.ts";

/** A signed call of the HTTP API whose bytes a test writes by itself. */
export interface RawCall {
  readonly method: string;
  /** What follows `/apps/{id}`. */
  readonly path: string;
  readonly query?: QueryParameters;
  readonly body?: string;
}

/** The request target, path and signed query. */
export function signedTarget({ method, path, query, body }: RawCall): string {
  const fullPath = `/apps/${TEST_APPLICATION.id}${path}`;
  const { key, secret } = TEST_APPLICATION;
  const timestamp = String(Math.floor(Date.now() / 1000));
  const signed = signRequest({
    method,
    path: fullPath,
    key,
    secret,
    timestamp,
    ...(query === undefined ? {} : { query }),
    ...(body === undefined ? {} : { body }),
  });
  return `${fullPath}?${encodeQuery(signed)}`;
}

/** A request with its head and, by its length, its body. */
export function withLength(call: RawCall, sentBody: string = call.body ?? ""): string {
  return requestHead(call, { "Content-Length": String(Buffer.byteLength(sentBody)) }) + sentBody;
}

/** A request whose body comes in chunks of at most `size` bytes. */
export function inChunks(call: RawCall, size: number, sentBody: string = call.body ?? ""): string {
  const pieces = sentBody.match(new RegExp(`[^]{1,${size}}`, "g")) ?? [];
  const chunks = pieces.map((piece) => `${Buffer.byteLength(piece).toString(16)}\r\n${piece}\r\n`);
  return `${requestHead(call, { "Transfer-Encoding": "chunked" })}${chunks.join("")}0\r\n\r\n`;
}

/** A request up to the empty line before its body. */
export function requestHead(call: RawCall, headers: Readonly<Record<string, string>>): string {
  const lines = Object.entries({ Host: "127.0.0.1", "Content-Type": "application/json", ...headers })
    .map(([name, value]) => `${name}: ${value}\r\n`);
  return `${call.method} ${signedTarget(call)} HTTP/1.1\r\n${lines.join("")}\r\n`;
}
