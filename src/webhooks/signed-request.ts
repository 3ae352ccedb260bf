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
  const { username, password } = url;
  url.username = url.password = "";
  const credentials = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return {
    url: url.href,
    headers: {
      "User-Agent": "Resound",
      ...(credentials === ":"
        ? {}
        : { Authorization: `Basic ${Buffer.from(credentials).toString("base64")}` }),
      ...destination.headers,
      "Content-Type": "application/json",
      "X-Pusher-Key": destination.key,
      "X-Pusher-Signature": hmacSha256Hex(destination.secret, body),
      "X-Resound-Delivery": delivery,
    },
    body,
  };
}
