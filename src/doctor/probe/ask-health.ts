import type { ServerConfig } from "../../config/config.ts";
import { unixPath } from "../../config/kinds/address-kind.ts";
import { type HttpAnswer, httpGet } from "./http-get.ts";
import { ProbeError, type ProbeFailure } from "./probe-error.ts";
import { localTarget, type ProbeTarget, targetUrl } from "./probe-target.ts";

/** What came of asking a server on this machine whether it is healthy. */
export interface HealthAnswer {
  readonly healthy: boolean;
  readonly url: string;
  /** What was found; follows the URL in a message: `answered 200`. */
  readonly found: string;
  /**
   * How the server was reached; `undefined` when it did not answer over HTTP, which a healthy server that admits only clients with a
   * certificate does not.
   */
  readonly target: ProbeTarget | undefined;
  readonly answer: HttpAnswer | undefined;
  /** Why no answer came. */
  readonly failure?: ProbeFailure;
}

/** What to ask: whether the process is alive, or whether clients should be sent to it. */
export type HealthQuestion = "up" | "ready";

/**
 * Asks the server that a configuration describes, on this machine, for `/up` or `/up?ready`. Its certificate is not verified, since
 * it is for the public name and not for this address. Never rejects.
 */
export async function askHealth(
  server: ServerConfig,
  timeout: number,
  question: HealthQuestion = "up",
): Promise<HealthAnswer> {
  const path = question === "up" ? "/up" : "/up?ready";
  if (server.port === 0 && unixPath(server.host) === undefined) {
    return {
      healthy: false,
      url: targetUrl(localTarget(server, false), path),
      found: "cannot be asked: port 0 means any free one; say which with --port",
      target: undefined,
      answer: undefined,
    };
  }
  // Herd and Valet certificates are found by the host name, so options.tls alone does not show whether the server speaks TLS.
  const likely = Object.keys(server.tls).length > 0;
  const first = await ask(localTarget(server, likely), path, timeout);
  if (first.answer !== undefined && !isTlsRefusal(first.answer)) return first;
  if (first.healthy || isFinal(first.failure)) return first;
  const second = await ask(localTarget(server, !likely), path, timeout);
  return second.answer === undefined && !second.healthy ? first : second;
}

async function ask(
  target: ProbeTarget,
  path: string,
  timeout: number,
): Promise<HealthAnswer> {
  const url = targetUrl(target, path);
  try {
    const { answer } = await httpGet(target, path, timeout);
    // Reverb's own bytes, since another program's page may have the status 200 as well.
    const expected = path === "/up" ? /^\s*\{\s*"health"\s*:\s*"OK"/ : /^\s*\{"health":"OK","ready":true\}/;
    const healthy = answer.status === 200 && expected.test(answer.body);
    const found = `answered ${answer.status}${
      healthy || answer.status !== 200 ? reasonsIn(answer.body) : " with something else"
    }`;
    return { healthy, url, found, target, answer };
  } catch (error) {
    if (!(error instanceof ProbeError)) throw error;
    const { failure, message } = error;
    if (failure === "wants_certificate") {
      return {
        healthy: true,
        url,
        found: "asks for a client certificate",
        target: undefined,
        answer: undefined,
        failure,
      };
    }
    return {
      healthy: false,
      url,
      found: `did not answer: ${message}`,
      target: undefined,
      answer: undefined,
      failure,
    };
  }
}

/** Whether there is no more to learn with TLS, or without it. */
function isFinal(failure: ProbeFailure | undefined): boolean {
  return failure === "refused" || failure === "forbidden" || failure === "silent" || failure === "hangs";
}

/** Why a server is not ready, in parentheses; nothing where its answer does not say. */
function reasonsIn(body: string): string {
  const listed = /"reasons":\[((?:"[a-z_]+",?)+)\]/.exec(body)?.[1];
  return listed === undefined ? "" : ` (${listed.replaceAll('"', "").replaceAll(",", ", ")})`;
}

/** Whether this is how a TLS port answers plain HTTP: nginx and others with 400 or 426, and so does this server. */
function isTlsRefusal({ status }: HttpAnswer): boolean {
  return status === 400 || status === 426;
}
