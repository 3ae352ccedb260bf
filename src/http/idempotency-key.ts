import { ApiError } from "./api-error.ts";

/** Characters of a key at most, as at Stripe. */
const LONGEST = 255;
const FIELD = "idempotency_key";

/** What a key may be made of: no control characters, and no halves of a character, which UTF-8 cannot write. */
const KEY = /^[^\p{Cc}\p{Cs}]{1,255}$/u;

/**
 * The idempotency key that a call brings: in the header `Idempotency-Key`, bare or in quotes (a string of RFC 8941, as
 * draft-ietf-httpapi-idempotency-key-header has it), or in the field `idempotency_key` of the body, or the same in both. `undefined` where
 * there is none. Throws {@link ApiError} 400 about the header or where the two differ, 422 about the field.
 */
export function idempotencyKey(
  headers: Headers,
  fields: Readonly<Record<string, unknown>>,
): string | undefined {
  const header = headers.get("idempotency-key"), field = fields[FIELD] ?? undefined;
  if (header === null && field === undefined) return undefined;
  const inHeader = header === null ? undefined : keyInHeader(header);
  const inBody = field === undefined ? undefined : keyInBody(field);
  if (inHeader !== undefined && inBody !== undefined && inHeader !== inBody) {
    throw new ApiError(
      400,
      "The Idempotency-Key header and the idempotency_key of the body differ.",
      "api_idempotency_key",
    );
  }
  return inHeader ?? inBody;
}

function keyInHeader(written: string): string {
  // Between the quotes a quote and a backslash have a backslash before them (RFC 8941, 3.3.3).
  const quoted = /^"((?:[^"\\]|\\["\\])*)"$/.exec(written)?.[1];
  const key = quoted?.replace(/\\(.)/g, "$1") ?? written;
  if (isKey(key) && /^[\x20-\x7e]+$/.test(key) && (quoted !== undefined || !written.startsWith('"'))) {
    return key;
  }
  const text = `The Idempotency-Key header must have 1 to ${LONGEST} printable ASCII characters.`;
  throw new ApiError(400, text, "api_idempotency_key");
}

function keyInBody(written: unknown): string {
  if (typeof written !== "string") throw fault("must be a string");
  if (isKey(written)) return written;
  if (written.length > LONGEST) throw fault(`must not be greater than ${LONGEST} characters`);
  throw fault("must have at least one character, and no control characters");
}

function isKey(key: string): boolean {
  return KEY.test(key) && key.trim() !== "";
}

/** With the words of Laravel's validator. */
function fault(what: string): ApiError {
  return new ApiError(422, { [FIELD]: [`The idempotency key field ${what}.`] }, "api_idempotency_key");
}
