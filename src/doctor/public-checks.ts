import { targetUrl } from "./probe/probe-target.ts";
import { checkCertificate } from "./check-certificate.ts";
import { checkClock } from "./check-clock.ts";
import { checkLargeCalls } from "./check-large-calls.ts";
import { type CheckLine, error, ok, skipped, warning } from "./check-line.ts";
import { NO_APPLICATION } from "./local-checks.ts";
import { checkPhpAddress } from "./check-php-address.ts";
import { checkWrittenHost } from "./check-written-host.ts";
import type { CheckedServer, LocalState } from "./checked-server.ts";
import { askApi, askApp, publicTarget } from "./public-steps.ts";
import { unreached } from "./unreached.ts";

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
  if (host !== "" && application === undefined) {
    yield skipped(
      "public",
      "no call was made, since no application is known to sign it with",
      NO_APPLICATION,
    );
    yield checkClock(local.date, now(), "the server here");
    return;
  }
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
  const isUp = local.target !== undefined || local.shut !== undefined;
  yield* checkPhpAddress(checked, isUp);
  const target = publicTarget(publicAddress, config.server.path);
  const api = await askApi(checked, target, application);
  if (api.failure !== undefined) {
    yield unreached(
      api.failure,
      publicAddress,
      targetUrl(target),
      isUp,
    );
    yield checkClock(local.date, now(), "the server here");
    return;
  }
  yield ok("public", `${targetUrl(target)} answers${place === undefined ? "" : ` (${place})`}`);
  // Where PHP calls another address, this one need not let calls through.
  if (checked.phpAddress === undefined) {
    yield api.line;
    yield* checkLargeCalls(checked, target, application);
  }
  const app = await askApp(checked, target, application);
  yield app.line;
  const certificate = api.certificate ?? app.certificate;
  if (certificate !== undefined) yield checkCertificate(certificate, host, now());
  yield checkClock(api.date ?? local.date, now(), host);
}

function noPublicAddress(host: string): string {
  return host === ""
    ? "REVERB_HOST is not set, so Laravel does not know where to send events"
    : `no application is configured, so ${host} cannot be tried`;
}
