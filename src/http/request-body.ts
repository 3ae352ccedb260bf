import { ApiError } from "./api-error.ts";
import type { BodyWatch } from "./body-watch.ts";

const NOTHING = new Uint8Array(0);

/** Bytes up to which a body is read in one go: it comes with few reads, so that the whole of it has the time of one part. */
const IN_ONE_GO = 65_536;

/**
 * The bytes of a request's body, which comes with a length or in chunks. Rejects with {@link ApiError} 413 as soon as there are
 * more than `maxBytes`, without reading the rest (the runtime drops it as it comes), and with 400 when the body breaks off or its
 * chunks are malformed, with 408 when it stalls.
 */
export function readBody(request: Request, maxBytes: number, watch: BodyWatch): Promise<Uint8Array> {
  const announced = request.headers.get("content-length");
  if (announced !== null) {
    if (Number(announced) > maxBytes) {
      return dropBody(request, watch).then(() => Promise.reject(tooLarge(maxBytes, announced)));
    }
    // Reading `body` makes a stream, which costs more than `bytes()` for a body that comes with its length.
    if (Number(announced) <= IN_ONE_GO) return watch.wait(() => request.bytes()).catch(incomplete);
  }
  const { body } = request;
  if (body === null) return Promise.resolve(NOTHING);
  const reading: Reading = { maxBytes, readsOn: endsConnection(request) };
  return watch.wait((progress) => readChunks(body, reading, progress)).catch(incomplete);
}

/**
 * Resolves when a body that is not read may be left alone. On a connection that stays open that is at once: the runtime drops the
 * rest as it comes. A caller that ends its connection has to be heard out, since Bun closes it with the answer: the caller finds it
 * broken while it sends, and may not read the answer. Caddy, whose packaged file keeps no connections, makes a 502 of that.
 */
export function dropBody(request: Request, watch: BodyWatch): Promise<unknown> {
  const { body } = request;
  if (body === null || !endsConnection(request)) return Promise.resolve();
  // A caller that stalls, or has hung up, is answered all the same.
  return watch.wait((progress) => readChunks(body, { maxBytes: 0, readsOn: true }, progress)).catch(() => {});
}

function endsConnection({ headers }: Request): boolean {
  return headers.get("connection")?.toLowerCase().includes("close") === true;
}

/** Whether a request has a body that the runtime does not show: Bun and Deno leave out the body of a GET. */
export function hidesBody({ method, headers }: Pick<Request, "method" | "headers">): boolean {
  if (method !== "GET" && method !== "HEAD") return false;
  return headers.has("transfer-encoding") || Number(headers.get("content-length") ?? 0) > 0;
}

function incomplete(error: unknown): never {
  if (error instanceof ApiError) throw error;
  // The runtime throws here because of the caller, not because of a defect of the server. Mostly the caller has hung up already.
  throw new ApiError(400, "The request body is incomplete or malformed.", "api_invalid");
}

/** How much of a body is kept, and whether the rest of a larger one is read before it is refused. */
interface Reading {
  readonly maxBytes: number;
  readonly readsOn: boolean;
}

async function readChunks(
  body: ReadableStream<Uint8Array>,
  { maxBytes, readsOn }: Reading,
  progress: () => void,
): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of body) {
    progress();
    length += chunk.byteLength;
    if (length <= maxBytes) chunks.push(chunk);
    else if (readsOn) chunks.length = 0;
    else break;
  }
  if (length > maxBytes) throw tooLarge(maxBytes, `more than ${maxBytes}`);
  return chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks);
}

/** The refusal of a body that is longer than it may be; `actual` is its length in bytes, in words. */
export function tooLarge(maxBytes: number, actual: string): ApiError {
  const text = `Payload too large: the body has ${actual} bytes, the limit is ${maxBytes} ` +
    `(REVERB_MAX_REQUEST_SIZE, max_request_size in config/reverb.php).`;
  return new ApiError(413, text, "api_too_large");
}

const DECODER = new TextDecoder("utf-8", { fatal: true });

/** The body as a JSON object. Throws {@link ApiError} 400 when it is something else. */
export function parseBody(body: Uint8Array): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(DECODER.decode(body));
  } catch {
    throw new ApiError(400, "The request body is not valid JSON.", "api_invalid");
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new ApiError(400, "The request body must be a JSON object.", "api_invalid");
  }
  return value as Record<string, unknown>;
}
