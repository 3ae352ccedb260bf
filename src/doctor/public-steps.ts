import type { ApplicationConfig } from "../config/config.ts";
import { httpGet } from "./probe/http-get.ts";
import { ProbeError } from "./probe/probe-error.ts";
import { authorityOf, type ProbeTarget, targetUrl } from "./probe/probe-target.ts";
import type { SeenCertificate } from "./probe/seen-certificate.ts";
import { signedRoute } from "./probe/signed-route.ts";
import { websocketGreeting } from "./probe/websocket-greeting.ts";
import { checkApi } from "./check-api.ts";
import { type CheckLine, error } from "./check-line.ts";
import { allowedOrigin, checkWebSocket } from "./check-websocket.ts";
import type { CheckedServer } from "./checked-server.ts";

/** One step over the network: its line, and what else the answer showed. */
export interface Step {
  readonly line: CheckLine;
  readonly certificate?: SeenCertificate | undefined;
  readonly date?: string | undefined;
  /** Why no server was reached. */
  readonly failure?: ProbeError;
}

/** An address as it is written in a configuration. */
export interface WrittenAddress {
  readonly host: string;
  readonly port: number;
  readonly scheme: "http" | "https";
}

/** What a client connects to that is given an address. `path` is the prefix of every route. */
export function publicTarget({ host, port, scheme }: WrittenAddress, path: string): ProbeTarget {
  const usual = port === (scheme === "https" ? 443 : 80);
  return {
    address: { kind: "tcp", host, port },
    tlsName: scheme === "https" ? host : undefined,
    authority: usual && !host.includes(":") ? host : authorityOf(host, port),
    path,
  };
}

/** How nginx, Apache and Caddy answer plain HTTP on a port for TLS. */
const WANTS_TLS =
  /plain HTTP request was sent to HTTPS port|speaking plain HTTP to an SSL|HTTP request to an HTTPS/i;

/** Makes a signed call to an address, as Laravel does. */
export async function askApi(
  { timeout, now }: CheckedServer,
  target: ProbeTarget,
  application: ApplicationConfig,
): Promise<Step> {
  try {
    const { answer, certificate } = await httpGet(
      target,
      signedRoute(application, "/channels", now() / 1000),
      timeout,
    );
    if (answer.status === 400 && WANTS_TLS.test(answer.body)) {
      throw new ProbeError("wants_tls", "what listens there expects TLS");
    }
    const line = checkApi("public /apps", answer, `${targetUrl(target)}/apps`, application.id);
    return { line, certificate, date: answer.headers.get("date") };
  } catch (failure) {
    if (!(failure instanceof ProbeError)) throw failure;
    const line = error("public /apps", failure.message, "See the line on the public address");
    return { line, failure };
  }
}

/** Opens a WebSocket at an address, as a browser does. */
export async function askApp(
  { timeout }: CheckedServer,
  target: ProbeTarget,
  { id, key, allowedOrigins }: ApplicationConfig,
): Promise<Step> {
  const where = `${targetUrl(target)}/app`;
  const origin = allowedOrigin(allowedOrigins, targetUrl({ ...target, path: "" }));
  try {
    const route = `/app/${encodeURI(key)}?protocol=7&client=resound-doctor&version=1.0`;
    const { answer, certificate } = await websocketGreeting(target, route, origin, timeout);
    return { line: checkWebSocket(answer, where, id), certificate };
  } catch (failure) {
    if (!(failure instanceof ProbeError)) throw failure;
    const remedy = "Have the proxy pass /app on to this server with the upgrade, and without buffering";
    return { line: error("public /app", `${where} opens no WebSocket: ${failure.message}`, remedy) };
  }
}
