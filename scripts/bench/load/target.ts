import { createHash, createHmac } from "node:crypto";

/** How the load client speaks to a server under test: as to Pusher, or with the least that the bare one needs. */
export type Dialect =
  | { readonly kind: "pusher"; readonly id: string; readonly key: string; readonly secret: string }
  | { readonly kind: "bare" };

/** Where a server under test listens; always on 127.0.0.1. */
export interface Target {
  readonly port: number;
  /** Whether it speaks TLS. */
  readonly secure: boolean;
  readonly dialect: Dialect;
  /** Whether clients offer to read compressed messages. Their channels are public then, since the load client does not decompress what it gets. */
  readonly offersCompression?: boolean;
  /** Whether clients answer pings, as a browser does. It costs the load client CPU time, so it does so only where the server needs it. */
  readonly answersPings?: boolean;
}

/** One event that is to be published. */
export interface Publication {
  readonly channel: string;
  readonly data: string;
}

const EVENT = "bench-event";

/** The path at which WebSockets open; `resume` names the connection that the client comes back from. */
export function socketPath({ dialect }: Target, resume?: string): string {
  return dialect.kind === "bare"
    ? "/app/bare"
    : `/app/${dialect.key}?protocol=7&client=js&version=8.6.0&flash=false${
      resume === undefined ? "" : `&resume=${encodeURIComponent(resume)}`
    }`;
}

/** The HTTP request that publishes one event, complete with its signature of now; `closing` asks for no more on its connection. */
export function triggerRequest(target: Target, { channel, data }: Publication, closing = false): string {
  const { dialect } = target;
  if (dialect.kind === "bare") {
    // The bare server publishes as many bytes as the others do: those of the real event frame.
    return post(target, `/publish/${channel}`, eventFrame({ channel, data }), closing);
  }
  const body = JSON.stringify({ name: EVENT, channels: [channel], data });
  return post(target, signedPath(dialect, `/apps/${dialect.id}/events`, body), body, closing);
}

/** The HTTP request that publishes several events at once. */
export function batchRequest(target: Target, publications: readonly Publication[]): string {
  const { dialect } = target;
  if (dialect.kind === "bare") {
    const lines = publications.map((each) => `${each.channel} ${eventFrame(each)}`);
    return post(target, "/batch", lines.join("\n"));
  }
  const batch = publications.map(({ channel, data }) => ({ name: EVENT, channel, data }));
  const body = JSON.stringify({ batch });
  return post(target, signedPath(dialect, `/apps/${dialect.id}/batch_events`, body), body);
}

/** The HTTP request that asks the application's API for something: `connections`. Throws for the bare server, which has none. */
export function readRequest({ port, dialect }: Target, what: string): string {
  if (dialect.kind === "bare") throw new Error("the bare server answers no questions");
  const path = signedPath(dialect, `/apps/${dialect.id}/${what}`);
  return `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n\r\n`;
}

function eventFrame({ channel, data }: Publication): string {
  return `{"event":"${EVENT}","data":${JSON.stringify(data)},"channel":"${channel}"}`;
}

/** Signs a POST with a body, or a GET without one. */
function signedPath({ key, secret }: Dialect & { kind: "pusher" }, path: string, body?: string): string {
  const time = Math.floor(Date.now() / 1000);
  const md5 = body === undefined ? "" : `&body_md5=${createHash("md5").update(body).digest("hex")}`;
  const query = `auth_key=${key}&auth_timestamp=${time}&auth_version=1.0${md5}`;
  const method = body === undefined ? "GET" : "POST";
  const signature = createHmac("sha256", secret).update(`${method}\n${path}\n${query}`).digest("hex");
  return `${path}?${query}&auth_signature=${signature}`;
}

function post({ port }: Target, path: string, body: string, closing = false): string {
  return `POST ${path} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nContent-Type: application/json\r\n` +
    `${closing ? "Connection: close\r\n" : ""}Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
}
