import type { ApplicationConfig } from "../config/config.ts";
import { NODE_DIGESTS } from "../protocol/digests.ts";
import { type CheckLine, warning } from "./check-line.ts";
import type { CheckedServer } from "./checked-server.ts";
import { ASKED_FROM, goesAhead } from "./probe/go-ahead.ts";
import { type ProbeTarget, targetUrl } from "./probe/probe-target.ts";
import { signedRoute } from "./probe/signed-route.ts";

/** Reports that large calls wait for an answer that does not come; no line where `max_request_size` allows no such calls. */
export async function* checkLargeCalls(
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
