import type { ApplicationConfig } from "../config/config.ts";
import type { PublicAddress } from "../config/applications/public-address.ts";
import { NODE_DIGESTS } from "../protocol/digests.ts";
import { ASKED_FROM, goesAhead } from "./probe/go-ahead.ts";
import { httpGet } from "./probe/http-get.ts";
import { ProbeError } from "./probe/probe-error.ts";
import { authorityOf, type ProbeTarget, targetUrl } from "./probe/probe-target.ts";
import type { SeenCertificate } from "./probe/seen-certificate.ts";
import { signedRoute } from "./probe/signed-route.ts";
import { websocketGreeting } from "./probe/websocket-greeting.ts";
import { checkApi } from "./check-api.ts";
import { checkCertificate } from "./check-certificate.ts";
import { checkClock } from "./check-clock.ts";
import { type CheckLine, error, ok, warning } from "./check-line.ts";
import { checkWrittenHost } from "./check-written-host.ts";
import { allowedOrigin, checkWebSocket } from "./check-websocket.ts";
import type { CheckedServer, LocalState } from "./checked-server.ts";

/** One step over the network: its line, and what else the answer showed. */
interface Step {
  readonly line: CheckLine;
  readonly certificate?: SeenCertificate | undefined;
  readonly date?: string | undefined;
  /** Why no server was reached. */
  readonly failure?: ProbeError;
}

/**
 * Connects to the public address as Laravel and the browsers do: with a signed call to `/apps`, and with a WebSocket at `/app`. A
 * common mistake is a proxy that passes on only one of them. Then checks the certificate and the clock, if the answers showed them.
 */
export async function* checkPublic(checked: CheckedServer, local: LocalState): AsyncGenerator<CheckLine> {
  const { publicAddress, config, now } = checked;
  const { host, place, errors } = publicAddress;
  for (const message of errors) {
    yield error("public", message, "Correct it; Laravel and the browsers connect by it");
  }
  if (errors.length > 0) {
    yield checkClock(local.date, now(), "the server here");
    return;
  }
  const [application] = config.applications;
  if (host === "" || config.development || application === undefined) {
    yield warning(
      "public",
      noPublicAddress(host),
      "Let `resound install` write REVERB_HOST, REVERB_PORT and REVERB_SCHEME, and set them to the address that clients use",
    );
    yield checkClock(local.date, now(), "the server here");
    return;
  }
  yield* checkWrittenHost(publicAddress);
  const target = publicTarget(publicAddress, config.server.path);
  const api = await askApi(checked, target, application);
  if (api.failure !== undefined) {
    yield unreached(
      api.failure,
      publicAddress,
      targetUrl(target),
      local.target !== undefined || local.shut !== undefined,
    );
    yield checkClock(local.date, now(), "the server here");
    return;
  }
  yield ok("public", `${targetUrl(target)} answers${place === undefined ? "" : ` (${place})`}`);
  yield api.line;
  yield* checkLargeCalls(checked, target, application);
  const app = await askApp(checked, target, application);
  yield app.line;
  const certificate = api.certificate ?? app.certificate;
  if (certificate !== undefined) yield checkCertificate(certificate, host, now());
  yield checkClock(api.date ?? local.date, now(), host);
}

/** Reports that large calls wait for an answer that does not come; no line where `max_request_size` allows no such calls. */
async function* checkLargeCalls(
  { config, timeout, now }: CheckedServer,
  target: ProbeTarget,
  application: ApplicationConfig,
): AsyncGenerator<CheckLine> {
  if (config.server.maxRequestSize < ASKED_FROM) return;
  const route = signedRoute(application, "/events", now() / 1000, NODE_DIGESTS.md5Hex(new Uint8Array()));
  if (await goesAhead(target, route, timeout)) return;
  yield warning(
    "public /apps",
    `Laravel waits a second before each call of 1 MiB and more: its HTTP client (Guzzle) asks with "Expect: 100-Continue" whether it may send the body, and ${
      targetUrl(target)
    } does not answer that`,
    "Have Laravel call through a web server such as nginx, which answers it, or keep calls below 1 MiB",
  );
}

function noPublicAddress(host: string): string {
  return host === ""
    ? "REVERB_HOST is not set, so Laravel does not know where to send events"
    : `no application is configured, so ${host} cannot be tried`;
}

function publicTarget({ host, port, scheme }: PublicAddress, path: string): ProbeTarget {
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

async function askApi(
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

async function askApp(
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

/** The line for a public address that could not be reached; only a warning while no server runs here that could answer. */
function unreached(
  { failure, message }: ProbeError,
  { host, port, scheme }: PublicAddress,
  url: string,
  running: boolean,
): CheckLine {
  const found = `${url} cannot be reached: ${message}`;
  if (!running && failure === "refused") {
    return warning("public", found, "Start the server and run this again");
  }
  switch (failure) {
    case "unresolved":
      return error(
        "public",
        found,
        `Set REVERB_HOST to a name that leads here, or add ${host} to DNS or /etc/hosts`,
      );
    case "refused":
      return error(
        "public",
        found,
        `Have the proxy or the server listen on port ${port}, or correct REVERB_PORT`,
      );
    case "wants_tls":
      return error("public", found, "Set REVERB_SCHEME=https");
    case "not_tls":
      return error(
        "public",
        found,
        "Set REVERB_SCHEME=http, or give the web server on that port a certificate",
      );
    case "closed":
      return error(
        "public",
        found,
        scheme === "http"
          ? "If it expects TLS, set REVERB_SCHEME=https; else read the proxy's log"
          : "Read the proxy's log",
      );
    case "silent":
    case "unreachable":
      return error(
        "public",
        found,
        `Open port ${port} in the firewall, or correct REVERB_HOST and REVERB_PORT`,
      );
    case "hangs":
      return error(
        "public",
        found,
        "Read the log of the proxy there: it waits for a server behind it. Have it pass on to where this one listens " +
          "(REVERB_SERVER_HOST, REVERB_SERVER_PORT), and restart what hangs",
      );
    case "forbidden":
    case "wants_certificate":
      return warning(
        "public",
        found,
        "Give Laravel and every browser a client certificate, or remove options.tls.verify_peer",
      );
    case "other":
      return error(
        "public",
        found,
        "Correct REVERB_HOST, REVERB_PORT and REVERB_SCHEME, or what answers there",
      );
  }
}
