import { hmacSha256Hex } from "../protocol/signature.ts";

/** The receiver of a request, and the application whose key signs it. */
export interface WebhookDestination {
  /** With the user and the password, where it has them. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly key: string;
  readonly secret: string;
}

/** A request that is ready to be sent. */
export interface SignedRequest {
  /** Without credentials, which are in a header. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** The body of a request in Pusher's form. `events` are JSON texts, `time` is in milliseconds since 1970. */
export function webhookBody(time: number, events: readonly string[]): string {
  return `{"time_ms":${Math.floor(time)},"events":[${events.join(",")}]}`;
}

/**
 * Signs a body as Pusher does, so that Pusher's libraries verify it. `delivery` is an addition of this server: an id that stays the
 * same when the body is sent again, by which a receiver recognizes repetitions.
 */
export function signedRequest(
  destination: WebhookDestination,
  delivery: string,
  body: string,
): SignedRequest {
  const url = new URL(destination.url);
  const { username, password } = credentialsOf(url), credentials = `${username}:${password}`;
  url.username = url.password = "";
  const headers: Record<string, string> = { ...destination.headers };
  const names = new Set(Object.keys(headers).map((name) => name.toLowerCase()));
  const add = (name: string, value: string): void => {
    // A configured header wins, in any case of letters; two headers of one name would be sent as one.
    if (!names.has(name.toLowerCase())) headers[name] = value;
  };
  add("User-Agent", "Resound");
  // Only the beginning of the answer is read, and an answer that is packed grows a thousandfold when it is unpacked.
  add("Accept-Encoding", "identity");
  if (credentials !== ":") add("Authorization", `Basic ${Buffer.from(credentials).toString("base64")}`);
  add("Content-Type", "application/json");
  add("X-Pusher-Key", destination.key);
  add("X-Pusher-Signature", hmacSha256Hex(destination.secret, body));
  add("X-Resound-Delivery", delivery);
  return { url: url.href, headers, body };
}

/** The user and the password in a URL, decoded; empty texts where there are none. */
export function credentialsOf(
  { username, password }: URL,
): { readonly username: string; readonly password: string } {
  return { username: decoded(username), password: decoded(password) };
}

/** Decodes a part of a URL; where a percent sign encodes nothing, returns it as it is. */
function decoded(written: string): string {
  try {
    return decodeURIComponent(written);
  } catch {
    return written;
  }
}
