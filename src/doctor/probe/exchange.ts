import { type ClientRequest, type IncomingMessage, request as requestHttp } from "node:http";
import { request as requestHttps } from "node:https";
import { connect, isIP } from "node:net";
import type { Duplex } from "node:stream";
import type { TLSSocket } from "node:tls";
import { NoAnswer, waitAtMost, within } from "../../failures/deadline.ts";
import { ProbeError, probeError } from "./probe-error.ts";
import type { ProbeTarget } from "./probe-target.ts";
import { type SeenCertificate, seenCertificate } from "./seen-certificate.ts";

/** What a probe got back. */
export interface Exchanged<T> {
  readonly answer: T;
  /** `undefined` on a plain connection. */
  readonly certificate: SeenCertificate | undefined;
}

/** One GET request of a probe. */
export interface ProbeRequest {
  /** Below the target's prefix, with its query. */
  readonly route: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Milliseconds from connecting to the end of the answer. */
  readonly timeout: number;
}

/** Reads the answer to a request; each may reject with any error. */
export interface AnswerReaders<T> {
  readonly answered: (response: IncomingMessage) => Promise<T>;
  /** The server has agreed to an upgrade; `head` is what came with its answer. Left out, an upgrade is an error. */
  readonly upgraded?: (socket: Duplex, head: Buffer) => Promise<T>;
}

/**
 * Connects, sends a request and reads one answer; the connection is closed in any case. Not `fetch`: that refuses certificates which
 * do not verify and shows none, and cannot ask for an upgrade. Rejects with a `ProbeError`.
 */
export async function exchange<T>(
  target: ProbeTarget,
  probe: ProbeRequest,
  { answered, upgraded }: AnswerReaders<T>,
): Promise<Exchanged<T>> {
  const { promise, resolve, reject } = Promise.withResolvers<Exchanged<T>>();
  let request: ClientRequest | undefined, connection: Duplex | undefined;
  const take = (socket: Duplex, answer: Promise<T>): void => {
    connection = socket;
    const { tlsName } = target;
    const certificate = tlsName === undefined ? undefined : seenCertificate(socket as TLSSocket, tlsName);
    answer.then((answer) => resolve({ answer, certificate }), reject);
  };
  try {
    request = prepare(target, probe);
    request.on("error", reject);
    request.on("response", (response) => take(response.socket, answered(response)));
    if (upgraded !== undefined) {
      request.on("upgrade", (_, socket, head) => take(socket, upgraded(socket, head)));
    }
    request.end();
    return await within(probe.timeout, promise);
  } catch (error) {
    if (!(error instanceof NoAnswer)) throw probeError(error);
    throw new ProbeError(await isOpen(target, probe.timeout) ? "hangs" : "silent", error.message);
  } finally {
    request?.destroy();
    connection?.destroy();
  }
}

/** Whether a plain connection comes about: then no firewall is in the way, and what listens there hangs. */
async function isOpen({ address }: ProbeTarget, timeout: number): Promise<boolean> {
  const place = address.kind === "unix" ? { path: address.path } : { host: address.host, port: address.port };
  const socket = connect(place);
  const opened = new Promise<boolean>((resolve) => {
    socket.once("connect", () => resolve(true));
    socket.on("error", () => resolve(false));
  });
  try {
    return await waitAtMost(timeout / 2, opened) ?? false;
  } finally {
    socket.destroy();
  }
}

/** Throws when the route or a header has characters that HTTP does not allow. */
function prepare(
  { address, tlsName, authority, path }: ProbeTarget,
  { route, headers }: ProbeRequest,
): ClientRequest {
  const options = {
    ...(address.kind === "unix" ? { socketPath: address.path } : { host: address.host, port: address.port }),
    path: `${path}${route}`,
    headers: { Host: authority, "User-Agent": "Resound", ...headers },
    agent: false,
  };
  if (tlsName === undefined) return requestHttp(options);
  // TLS asks for names only, not for addresses (RFC 6066, 3).
  const servername = isIP(tlsName) === 0 ? { servername: tlsName } : {};
  return requestHttps({ ...options, ...servername, rejectUnauthorized: false });
}
