import { connect as connectPlain, type Socket } from "node:net";
import { connect as connectTls, type TLSSocket } from "node:tls";
import { isIP } from "node:net";
import { ProbeError, probeError } from "./probe-error.ts";
import type { ProbeTarget } from "./probe-target.ts";
import { type SeenCertificate, seenCertificate } from "./seen-certificate.ts";

/** What a probe got back. */
export interface Exchanged<T> {
  readonly answer: T;
  /** `undefined` on a plain connection. */
  readonly certificate: SeenCertificate | undefined;
}

/** Reads an answer from the bytes that came so far; `undefined` when it is not complete. `ended`: no more will come. */
export type AnswerReader<T> = (bytes: Buffer, ended: boolean) => T | undefined;

/** More than any answer that we ask for; whoever sends more is something else. */
const MAX_BYTES = 262_144;

/**
 * Connects, sends a request and reads one answer, all within `timeout` milliseconds; the connection is closed in any case.
 * Sockets and not `fetch`: the answer of a proxy to an upgrade, and a certificate that nobody trusts, are what a probe is for.
 * Rejects with a `ProbeError`.
 */
export function exchange<T>(
  target: ProbeTarget,
  request: string,
  read: AnswerReader<T>,
  timeout: number,
): Promise<Exchanged<T>> {
  return new Promise((resolve, reject) => {
    let certificate: SeenCertificate | undefined;
    let bytes: Buffer = Buffer.alloc(0);
    const seconds = `${timeout / 1000} s`;
    const timer = setTimeout(() => fail(new ProbeError("silent", `no answer within ${seconds}`)), timeout);
    const socket = openSocket(target, (tls) => {
      if (tls !== undefined) certificate = seenCertificate(tls.socket, tls.name);
      socket.write(request);
    });
    socket.on("data", (chunk) => {
      bytes = Buffer.concat([bytes, typeof chunk === "string" ? Buffer.from(chunk) : chunk]);
      if (bytes.length > MAX_BYTES) fail(new ProbeError("other", "the answer is endless"));
      else look(false);
    });
    socket.on("end", ended);
    socket.on("close", ended);
    socket.on("error", fail);

    function ended(): void {
      look(true);
      fail(new ProbeError("closed", "the connection was closed without an answer"));
    }
    function look(end: boolean): void {
      const answer = read(bytes, end);
      if (answer === undefined) return;
      finish();
      resolve({ answer, certificate });
    }
    function fail(error: unknown): void {
      finish();
      reject(probeError(error));
    }
    function finish(): void {
      clearTimeout(timer);
      socket.destroy();
    }
  });
}

function openSocket(
  { address, tlsName }: ProbeTarget,
  opened: (tls: { readonly socket: TLSSocket; readonly name: string } | undefined) => void,
): Socket {
  const to = address.kind === "unix" ? { path: address.path } : { host: address.host, port: address.port };
  if (tlsName === undefined) return connectPlain(to, () => opened(undefined));
  // An address cannot be asked for by name (RFC 6066).
  const servername = isIP(tlsName) === 0 ? { servername: tlsName } : {};
  const socket = connectTls(
    { ...to, ...servername, rejectUnauthorized: false },
    () => opened({ socket, name: tlsName }),
  );
  return socket;
}
