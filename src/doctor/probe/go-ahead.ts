import { connect as connectPlain, isIP } from "node:net";
import { connect as connectTls } from "node:tls";
import { waitAtMost } from "../../failures/deadline.ts";
import type { ProbeTarget } from "./probe-target.ts";

/** Bytes of a body before which PHP's HTTP client asks whether it may send it (Guzzle's option `expect`). */
export const ASKED_FROM = 1024 * 1024;

/**
 * Asks whether a large body may be sent, in Guzzle's words, and never sends it. Resolves with whether anything was answered within
 * `timeout` milliseconds, and with true where there was no connection, which is for other checks to report. `route` is below the
 * target's prefix. Not `node:http`: Bun's does not show an answer 100.
 */
export async function goesAhead(target: ProbeTarget, route: string, timeout: number): Promise<boolean> {
  const { address, authority, path, tlsName } = target;
  const place = address.kind === "unix" ? { path: address.path } : { host: address.host, port: address.port };
  const name = tlsName !== undefined && isIP(tlsName) === 0 ? { servername: tlsName } : {};
  const socket = tlsName === undefined
    ? connectPlain(place)
    : connectTls({ ...place, ...name, rejectUnauthorized: false });
  const answered = new Promise<true>((resolve) => {
    for (const event of ["data", "error", "close"]) socket.once(event, () => resolve(true));
  });
  // An error after the answer is of no interest.
  socket.on("error", () => {});
  socket.write(
    `POST ${path}${route} HTTP/1.1\r\nHost: ${authority}\r\nUser-Agent: Resound\r\n` +
      `Content-Type: application/json\r\nContent-Length: ${ASKED_FROM}\r\nExpect: 100-Continue\r\n\r\n`,
  );
  try {
    return await waitAtMost(timeout, answered) ?? false;
  } finally {
    socket.destroy();
  }
}
