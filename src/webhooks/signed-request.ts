import { hmacSha256Hex } from "../protocol/signature.ts";

/** Whose request it is and where it goes. */
export interface WebhookDestination {
  /** With a user's name and password, where it has some. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly key: string;
  readonly secret: string;
}

/** A request that can be sent. */
export interface SignedRequest {
  /** Without credentials: those are in a header. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** The body of a request: Pusher's form, `events` each as JSON text, `time` in milliseconds since 1970. */
export function webhookBody(time: number, events: readonly string[]): string {
  return `{"time_ms":${Math.floor(time)},"events":[${events.join(",")}]}`;
}

/**
 * Signs a body as Pusher does, which Pusher's own libraries verify. `delivery` is ours: the same for each try of one body, so that a
 * receiver knows what it has seen.
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
    // What the configuration says goes first, however it is written; two of one name would be sent as one.
    if (!names.has(name.toLowerCase())) headers[name] = value;
  };
  add("User-Agent", "Resound");
  if (credentials !== ":") add("Authorization", `Basic ${Buffer.from(credentials).toString("base64")}`);
  add("Content-Type", "application/json");
  add("X-Pusher-Key", destination.key);
  add("X-Pusher-Signature", hmacSha256Hex(destination.secret, body));
  add("X-Resound-Delivery", delivery);
  return { url: url.href, headers, body };
}

/** The user's name and password in a URL, decoded; empty texts where there are none. */
export function credentialsOf(
  { username, password }: URL,
): { readonly username: string; readonly password: string } {
  return { username: decoded(username), password: decoded(password) };
}

/** What was written in a URL; a percent sign that encodes nothing stands for itself. */
function decoded(written: string): string {
  try {
    return decodeURIComponent(written);
  } catch {
    return written;
  }
}
