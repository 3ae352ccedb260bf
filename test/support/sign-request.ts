import { createHash } from "node:crypto";
import { hmac } from "./sign-channel.ts";

/** Query parameters as pusher-http-php takes them; a list is signed as `a,b` and sent as `k[0]=a&k[1]=b`. */
export type QueryParameters = Readonly<Record<string, string | readonly string[]>>;

/** One HTTP API call before it is signed. */
export interface UnsignedRequest {
  readonly method: string;
  /** The path that is signed, without the server's path prefix: `/apps/app-id/events`. */
  readonly path: string;
  readonly query?: QueryParameters;
  readonly body?: string;
  readonly key: string;
  readonly secret: string;
  /** Unix time in seconds, as text so that a test can send nonsense. */
  readonly timestamp: string;
}

/**
 * Signs a call as pusher-http-php does and returns all of its query parameters. `replaced` changes or (with `undefined`) removes
 * `auth_` parameters before signing, so that a test can send a consistently signed call that is wrong in one respect.
 */
export function signRequest(
  request: UnsignedRequest,
  replaced: Readonly<Record<string, string | undefined>> = {},
): Record<string, string | readonly string[]> {
  const parameters: Record<string, string | readonly string[] | undefined> = {
    ...request.query,
    auth_key: request.key,
    auth_timestamp: request.timestamp,
    auth_version: "1.0",
    // The PHP client adds it to every call that has a body.
    ...(request.body ? { body_md5: createHash("md5").update(request.body).digest("hex") } : {}),
    ...replaced,
  };
  const sorted = Object.fromEntries(
    Object.entries(parameters)
      .filter((entry): entry is [string, string | readonly string[]] => entry[1] !== undefined)
      .sort(([a], [b]) => a < b ? -1 : a > b ? 1 : 0),
  );
  const query = Object.entries(sorted).map(([key, value]) => `${key}=${value}`).join("&");
  return { ...sorted, auth_signature: hmac(request.secret, `${request.method}\n${request.path}\n${query}`) };
}

/** The query string that Guzzle makes of parameters: RFC 3986, lists with their indexes. */
export function encodeQuery(parameters: QueryParameters): string {
  return Object.entries(parameters).flatMap(([key, value]) =>
    typeof value === "string"
      ? [`${encode(key)}=${encode(value)}`]
      : value.map((item, index) => `${encode(`${key}[${index}]`)}=${encode(item)}`)
  ).join("&");
}

function encode(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
