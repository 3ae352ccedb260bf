import { isIPv6 } from "node:net";
import { matchesTexts } from "./name-patterns.ts";

/**
 * The origins from which browsers may connect (`allowed_origins`). A pattern is matched as by Laravel's `Str::is`: `*` stands for
 * any text. As in Reverb it is compared with the host of the `Origin` header. Beyond Reverb, a pattern with `://` is compared with
 * the whole origin, and one with a port with host and port. A port may be written that browsers leave out, since it is the
 * scheme's own; a name in its own script, which browsers send in ASCII (`xn--…`); and an IPv6 address without brackets.
 */
export class OriginPolicy {
  readonly #patterns: readonly OriginPattern[];
  readonly #allowsAll: boolean;

  constructor(patterns: readonly string[]) {
    this.#allowsAll = patterns.includes("*");
    this.#patterns = patterns.map(compile);
  }

  /** Whether a request with this `Origin` header may connect. One without the header (`null`) may only where the pattern `*` stands. */
  allows(origin: string | null): boolean {
    return this.#allowsAll || (origin !== null && this.#matches(origin));
  }

  #matches(origin: string): boolean {
    if (!URL.canParse(origin)) return false;
    const { protocol, hostname, port } = new URL(origin);
    if (hostname === "") return false;
    const own = DEFAULT_PORTS.get(protocol) ?? "";
    const hosts = port === "" ? [hostname, `${hostname}:${own}`] : [`${hostname}:${port}`];
    for (const { texts, part } of this.#patterns) {
      const subjects = part === "hostname"
        ? [hostname]
        : part === "host"
        ? hosts
        : hosts.map((host) => `${protocol}//${host}`);
      if (subjects.some((subject) => matchesTexts(texts, subject))) return true;
    }
    return false;
  }
}

/** Ports that an origin does not name. */
const DEFAULT_PORTS: ReadonlyMap<string, string> = new Map([["http:", "80"], ["https:", "443"]]);

interface OriginPattern {
  /** The texts between the asterisks. */
  readonly texts: readonly string[];
  /** What the pattern is compared with: `https://a.org:8443`, `a.org:8443` or `a.org`. */
  readonly part: "origin" | "host" | "hostname";
}

function compile(pattern: string): OriginPattern {
  const written = pattern.toLowerCase(), schemeEnd = written.indexOf("://") + 3;
  const scheme = schemeEnd === 2 ? "" : written.slice(0, schemeEnd);
  const [host, port] = hostAndPort(written.slice(scheme.length));
  const part = scheme !== "" ? "origin" : port !== "" ? "host" : "hostname";
  return { texts: `${scheme}${host.split(".").map(asciiLabel).join(".")}${port}`.split("*"), part };
}

/** The two parts of an authority; the port begins with its colon, and is empty where there is none. */
function hostAndPort(authority: string): readonly [host: string, port: string] {
  if (isIPv6(authority)) return [new URL(`http://[${authority}]`).hostname, ""];
  const [, host = authority, port = ""] = /^(.*?)(:(?:\d+|\*))?$/s.exec(authority) ?? [];
  return [host, port];
}

/** A part of a name as browsers send it; one with an asterisk and letters beyond ASCII stays, and matches nothing. */
function asciiLabel(label: string): string {
  // deno-lint-ignore no-control-regex
  if (/^[\u0000-\u007f]*$/.test(label) || !/^[\p{L}\p{M}\p{N}-]+$/u.test(label)) return label;
  const name = `http://${label}.example`;
  return URL.canParse(name) ? new URL(name).hostname.slice(0, -".example".length) : label;
}
