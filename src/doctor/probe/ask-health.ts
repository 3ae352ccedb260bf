import type { ServerConfig } from "../../config/config.ts";
import { unixPath } from "../../config/kinds/unix-path.ts";
import { type HttpAnswer, httpGet } from "./http-get.ts";
import { ProbeError, type ProbeFailure } from "./probe-error.ts";
import { localTarget, type ProbeTarget, targetUrl } from "./probe-target.ts";

/** How a server on this machine is. */
export interface HealthAnswer {
  readonly healthy: boolean;
  readonly url: string;
  /** Completes the URL to a sentence. */
  readonly found: string;
  /** How it was reached, when anyone answered over HTTP. A server that lets in only clients with a certificate is well without. */
  readonly target: ProbeTarget | undefined;
  readonly answer: HttpAnswer | undefined;
  /** Why nobody answered. */
  readonly failure?: ProbeFailure;
}

/** What is asked: whether the process lives, or whether clients should be sent there. */
export type HealthQuestion = "up" | "ready";

/**
 * Asks the server of a configuration, on this machine, for `/up` or `/up?ready`; its certificate is not checked, since it is for
 * another name. Never rejects.
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
  // A certificate may come from options.tls or from the host name alone; the server itself knows best.
  const likely = Object.keys(server.tls).length > 0;
  const first = await ask(localTarget(server, likely), path, timeout);
  if (first.answer !== undefined && !isTlsRefusal(first.answer)) return first;
  if (first.healthy || first.failure === "refused" || first.failure === "silent") return first;
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
    // Reverb's own bytes: a page with the status 200 is no server of ours.
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

/** Why a server is not ready, in parentheses; nothing where its answer does not say. */
function reasonsIn(body: string): string {
  const listed = /"reasons":\[((?:"[a-z_]+",?)+)\]/.exec(body)?.[1];
  return listed === undefined ? "" : ` (${listed.replaceAll('"', "").replaceAll(",", ", ")})`;
}

/** What a TLS port says to those who speak plain HTTP to it (nginx and others; ours as well). */
function isTlsRefusal({ status }: HttpAnswer): boolean {
  return status === 400 || status === 426;
}
