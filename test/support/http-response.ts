/** An HTTP response as it was read off the wire. */
export interface HttpResponse {
  readonly status: number;
  readonly statusLine: string;
  /** By lower-case name; repeated headers are joined by `, `. */
  readonly headers: ReadonlyMap<string, string>;
  readonly body: Buffer;
}

/**
 * Reads the first HTTP/1.1 response of a connection's bytes; `undefined` when it is not complete yet. A body ends by its
 * content-length, its last chunk or, without either, with the connection.
 *
 * @param ended true when no more bytes will come
 * @param bodyless true for the answer to a HEAD request
 */
export function readResponse(
  bytes: Buffer,
  ended: boolean,
  bodyless = false,
): { readonly response: HttpResponse; readonly size: number } | undefined {
  const headEnd = bytes.indexOf("\r\n\r\n");
  if (headEnd < 0) return undefined;
  const [statusLine = "", ...lines] = bytes.subarray(0, headEnd).toString("latin1").split("\r\n");
  const headers = new Map<string, string>();
  for (const line of lines) {
    const colon = line.indexOf(":");
    const name = line.slice(0, colon).toLowerCase();
    const value = line.slice(colon + 1).trim();
    headers.set(name, headers.has(name) ? `${headers.get(name)}, ${value}` : value);
  }
  const status = Number(statusLine.split(" ")[1]);
  const rest = bytes.subarray(headEnd + 4);
  const none = bodyless || status < 200 || status === 204 || status === 304;
  const read = none ? { body: Buffer.alloc(0), size: 0 } : readBody(rest, headers, ended);
  if (read === undefined) return undefined;
  return { response: { status, statusLine, headers, body: read.body }, size: headEnd + 4 + read.size };
}

function readBody(
  bytes: Buffer,
  headers: ReadonlyMap<string, string>,
  ended: boolean,
): { readonly body: Buffer; readonly size: number } | undefined {
  if (headers.get("transfer-encoding")?.toLowerCase() === "chunked") return readChunks(bytes);
  const length = headers.get("content-length");
  if (length === undefined) return ended ? { body: bytes, size: bytes.length } : undefined;
  const size = Number(length);
  return bytes.length < size ? undefined : { body: bytes.subarray(0, size), size };
}

function readChunks(bytes: Buffer): { readonly body: Buffer; readonly size: number } | undefined {
  const chunks: Buffer[] = [];
  for (let at = 0;;) {
    const lineEnd = bytes.indexOf("\r\n", at);
    if (lineEnd < 0) return undefined;
    const size = Number.parseInt(bytes.subarray(at, lineEnd).toString("latin1"), 16);
    const dataEnd = lineEnd + 2 + size;
    if (bytes.length < dataEnd + 2) return undefined;
    if (size === 0) return { body: Buffer.concat(chunks), size: dataEnd + 2 };
    chunks.push(bytes.subarray(lineEnd + 2, dataEnd));
    at = dataEnd + 2;
  }
}
