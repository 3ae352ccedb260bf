import type { Application } from "../hub/applications/application.ts";
import { apiStringToSign, foldLists, parseQuery } from "../protocol/api-signature.ts";
import { signaturesEqual } from "../protocol/signature.ts";
import { ApiError } from "./api-error.ts";

/** How far an `auth_timestamp` may be from this server's clock, in seconds (Pusher's number). */
const TIMESTAMP_TOLERANCE = 600;

/** The parts of an API call that its signature covers. */
export interface SignedCall {
  readonly method: string;
  /** As it was sent: percent-encoded, with the server's path prefix. */
  readonly path: string;
  /** The server's path prefix, which clients do not sign. */
  readonly prefix: string;
  /** The raw query string, without its question mark. */
  readonly query: string;
  readonly body: Uint8Array;
  /** Whether there is a body that the runtime does not show. */
  readonly hidesBody: boolean;
}

/**
 * Checks that a call comes from the application: the key (`auth_key`), the time (`auth_timestamp`, within 600 s of `now`, which is
 * in seconds) and the signature. With `strict` false key and time are not checked, for callers that rely on Reverb, which
 * ignores both. Returns the decoded parameters, lists folded; none for a call that has only those of its signature. Throws
 * {@link ApiError} 401.
 */
export function authenticate(
  application: Application,
  call: SignedCall,
  strict: boolean,
  now: number,
): ReadonlyMap<string, string> {
  if (isSignedAsUsual(application, call, strict, now)) return NO_PARAMETERS;
  if (hasTooManyParameters(call.query)) {
    throw new ApiError(
      401,
      `A call may have ${MOST_PARAMETERS} query parameters at most.`,
      "api_unauthorized",
    );
  }
  const parameters = foldLists(parseQuery(call.query, true));
  if (strict) {
    checkKey(application, parameters.get("auth_key"));
    checkTimestamp(parameters.get("auth_timestamp"), now);
  }
  const given = parameters.get("auth_signature") ?? "";
  const bodyMd5 = digestOfBody(application, call, parameters.get("body_md5"));
  const usual = apiStringToSign(call.method, unprefixedPath(call), parameters, bodyMd5);
  const isSigned = (text: string): boolean => signaturesEqual(application.signingKey.sign(text), given);
  if (isSigned(usual)) return parameters;
  const others = unusualStringsToSign(call, parameters, bodyMd5);
  others.delete(usual);
  for (const text of others) {
    if (isSigned(text)) return parameters;
  }
  const logged = (): string =>
    `the signature of an API call does not match; it has to be that of ${JSON.stringify(usual)}`;
  throw new ApiError(401, "Authentication signature invalid.", "api_unauthorized", logged);
}

/** Query parameters of one call: those of the signature, and a list of attributes that a library may send one by one. */
const MOST_PARAMETERS = 50;

function hasTooManyParameters(query: string): boolean {
  let count = 1;
  for (let at = query.indexOf("&"); at !== -1; at = query.indexOf("&", at + 1)) {
    if (++count > MOST_PARAMETERS) return true;
  }
  return false;
}

const NO_PARAMETERS: ReadonlyMap<string, string> = new Map();

/** The query of nearly all events: Pusher's SDKs send the parameters in the order in which they sign them, then the signature. */
const USUAL_QUERY =
  /^auth_key=[\w.~-]+&auth_timestamp=\d+&auth_version=1\.0&body_md5=[0-9a-f]{32}&auth_signature=[0-9a-f]{64}$/;
/** Positions in it: the start of the key, the name between key and time, and from the end the rest. */
const KEY_START = "auth_key=".length, TIME_NAME = "&auth_timestamp=".length;
const SIGNATURE = 64, MD5 = 32;
const SIGNED_END = "&auth_signature=".length + SIGNATURE;
const TIME_END = "&auth_version=1.0&body_md5=".length + MD5 + SIGNED_END;

/** Whether the query has the usual form and the signature fits: the cheapest check. All other calls get the full one. */
function isSignedAsUsual(application: Application, call: SignedCall, strict: boolean, now: number): boolean {
  const { query, body } = call;
  if (body.length === 0 || !USUAL_QUERY.test(query)) return false;
  if (strict) {
    const keyEnd = query.indexOf("&");
    checkKey(application, query.slice(KEY_START, keyEnd));
    checkTimestamp(query.slice(keyEnd + TIME_NAME, -TIME_END), now);
  }
  const signed = query.slice(0, -SIGNED_END - MD5);
  const text = `${call.method}\n${unprefixedPath(call)}\n${signed}${application.digests.md5Hex(body)}`;
  return signaturesEqual(application.signingKey.sign(text), query.slice(-SIGNATURE));
}

/**
 * The `body_md5` of the text to sign, `undefined` for none. It is computed from the body that came; the one that was sent only shows
 * whether a call without a body has any (Pusher's Python library sends it always). A body that the runtime hides is not used, so that
 * the digest that the caller has signed will do.
 */
function digestOfBody(
  { digests }: Application,
  { body, hidesBody }: SignedCall,
  sent: string | undefined,
): string | undefined {
  if (sent === undefined && body.length === 0) return undefined;
  return hidesBody ? sent : digests.md5Hex(body);
}

/**
 * The texts that a correct caller may have signed, each once. Client libraries differ in whether they fold lists, whether they encode
 * the query, and whether they sign the path encoded.
 */
function unusualStringsToSign(
  call: SignedCall,
  folded: ReadonlyMap<string, string>,
  bodyMd5: string | undefined,
): Set<string> {
  const path = unprefixedPath(call);
  const forms = [folded, parseQuery(call.query, true), parseQuery(call.query, false)];
  const paths = [...new Set([path, decodePath(path)])];
  return new Set(
    paths.flatMap((signedPath) =>
      forms.map((parameters) => apiStringToSign(call.method, signedPath, parameters, bodyMd5))
    ),
  );
}

function unprefixedPath({ path, prefix }: SignedCall): string {
  return prefix !== "" && path.startsWith(prefix) ? path.slice(prefix.length) : path;
}

function decodePath(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

function checkKey(application: Application, key: string | undefined): void {
  // The key is not compared in constant time: every browser knows it.
  if (key === application.key) return;
  throw new ApiError(401, `The auth_key is not that of application [${application.id}].`, "api_unauthorized");
}

function checkTimestamp(timestamp: string | undefined, now: number): void {
  const seconds = timestamp !== undefined && /^\d{1,15}$/.test(timestamp) ? Number(timestamp) : NaN;
  if (Math.abs(now - seconds) <= TIMESTAMP_TOLERANCE) return;
  const text = Number.isNaN(seconds)
    ? "The auth_timestamp is missing or is not a Unix time in seconds."
    : `The auth_timestamp is ${Math.abs(Math.round(now - seconds))} seconds away from this server's clock; ` +
      `${TIMESTAMP_TOLERANCE} are allowed.`;
  throw new ApiError(401, text, "api_unauthorized");
}
