/** An answer over HTTP. */
export interface HttpAnswer {
  readonly status: number;
  /** By lower-case name; of a repeated one the last. */
  readonly headers: ReadonlyMap<string, string>;
  readonly body: string;
}

/** Status and headers at the start of the bytes, and where the body begins; `undefined` while they are not complete. */
export function readHead(
  bytes: Buffer,
):
  | { readonly status: number; readonly headers: ReadonlyMap<string, string>; readonly size: number }
  | undefined {
  const end = bytes.indexOf("\r\n\r\n");
  if (end === -1) return undefined;
  const [statusLine = "", ...lines] = bytes.toString("latin1", 0, end).split("\r\n");
  const status = /^HTTP\/\d\.\d (\d{3})/.exec(statusLine)?.[1];
  if (status === undefined) return undefined;
  const headers = new Map<string, string>();
  for (const line of lines) {
    const colon = line.indexOf(":");
    if (colon > 0) headers.set(line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim());
  }
  return { status: Number(status), headers, size: end + 4 };
}

/** An answer with its body: as long as its head says, in chunks, or up to the end of the connection. */
export function readHttpAnswer(bytes: Buffer, ended: boolean): HttpAnswer | undefined {
  const head = readHead(bytes);
  if (head === undefined) return undefined;
  const rest = bytes.subarray(head.size);
  const body = bodyOf(rest, head.headers, ended);
  return body === undefined
    ? undefined
    : { status: head.status, headers: head.headers, body: body.toString() };
}

function bodyOf(rest: Buffer, headers: ReadonlyMap<string, string>, ended: boolean): Buffer | undefined {
  if (headers.get("transfer-encoding")?.toLowerCase() === "chunked") return joinChunks(rest);
  const length = headers.get("content-length");
  if (length === undefined) return ended ? rest : undefined;
  return rest.length < Number(length) ? undefined : rest.subarray(0, Number(length));
}

function joinChunks(bytes: Buffer): Buffer | undefined {
  const chunks: Buffer[] = [];
  for (let at = 0;;) {
    const lineEnd = bytes.indexOf("\r\n", at);
    if (lineEnd === -1) return undefined;
    const size = Number.parseInt(bytes.toString("latin1", at, lineEnd), 16);
    if (size === 0) return Buffer.concat(chunks);
    const next = lineEnd + 2 + size + 2;
    if (!(next <= bytes.length)) return undefined;
    chunks.push(bytes.subarray(lineEnd + 2, next - 2));
    at = next;
  }
}
