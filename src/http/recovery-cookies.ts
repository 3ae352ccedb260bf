import type { Caller } from "../hub/connections/socket.ts";
import type { Recovery } from "../hub/recovery/recovery.ts";
import type { Naming } from "../hub/recovery/connection-name.ts";
import type { RequestTarget } from "./request-target.ts";

/** How a handshake's connection is named, with the values of `Set-Cookie` that say so to the browser. */
export interface NamedHandshake {
  readonly naming: Naming;
  readonly cookies: readonly string[];
}

/** What a path in a cookie may be made of: anything else could end the attribute, or the header. */
const PLAIN_PATH = /^\/[^\s;,\p{Cc}]{0,1023}$/u;

/** What a proxy may say that it has taken from the path's beginning. */
const PREFIX = /^(?:\/[\w.~%+-]+){1,16}$/;

/**
 * Names the connection of a handshake: by a cookie, which a browser brings along with its next handshake, and for clients without a jar
 * by `resume` in the first message. Without `HttpOnly`, which iOS is said to drop on a 101; without an end, so that the browser forgets
 * it when it is closed. A page of another site that reaches the server by https needs a cookie of its own partition.
 * `unknownElsewhere` as in `JarKeeper.name`.
 */
export function nameHandshake(
  recovery: Recovery,
  request: Request,
  target: RequestTarget,
  caller: Caller,
  unknownElsewhere: ReadonlySet<string> | boolean,
): NamedHandshake {
  const { headers } = request;
  const naming = recovery.jars.name(headers.get("cookie"), resumeIn(target.query), unknownElsewhere);
  const prefix = headers.get("x-forwarded-prefix")?.trim().replace(/\/$/, "") ?? "";
  const path = `${PREFIX.test(prefix) ? prefix : ""}${target.path.replace(/\/$/, "")}`;
  if (!PLAIN_PATH.test(path)) return { naming, cookies: [] };
  const isSecure = request.url.startsWith("https:") || caller.cameByHttps === true;
  const isForeign = isOfOtherSite(headers.get("origin"), headers.get("host"), isSecure);
  const attributes = `Path=${path}; ${isForeign ? "Secure; SameSite=None; Partitioned" : "SameSite=Lax"}`;
  return {
    naming,
    cookies: [
      `${naming.name}=1; ${attributes}`,
      ...naming.deleted.map((name) => `${name}=; ${attributes}; Max-Age=0`),
    ],
  };
}

function resumeIn(query: string): string | null {
  return query.includes("resume=") ? new URLSearchParams(query).get("resume") : null;
}

/**
 * Whether a page may be of another site than the server, and has reached it by https. Cookies know no ports; a page that came by http is
 * of another site than the same host by https. `isSecure` may be false behind a proxy that says nothing about https: a page that came
 * by https can have reached the server in no other way (but for `localhost`, which browsers trust as they trust https).
 */
function isOfOtherSite(origin: string | null, host: string | null, isSecure: boolean): boolean {
  if (origin === null || host === null || !URL.canParse(origin) || !URL.canParse(`http://${host}`)) {
    return false;
  }
  const page = new URL(origin), isOtherHost = page.hostname !== new URL(`http://${host}`).hostname;
  return page.protocol === "https:" ? isOtherHost : isSecure;
}
