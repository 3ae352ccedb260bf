import type { PhpValue } from "../php-value.ts";

/** In the order of the PHP_URL_ constants. */
export const URL_COMPONENTS = [
  "scheme",
  "host",
  "port",
  "user",
  "pass",
  "path",
  "query",
  "fragment",
] as const;

type Component = (typeof URL_COMPONENTS)[number];
type Parts = Partial<Record<Component, PhpValue>>;

/**
 * The parts of a URL as PHP's `parse_url` takes it apart, in PHP's order; `undefined` where PHP answers false. The port is a bigint.
 * A port of `php_url_parse_ex2` (ext/standard/url.c), except that control characters stay.
 */
export function parseUrl(url: string): ReadonlyMap<string, PhpValue> | undefined {
  const parts = partsOf(url);
  if (parts === undefined) return undefined;
  return new Map(URL_COMPONENTS.flatMap((name) => {
    const value = parts[name];
    return value === undefined ? [] : [[name, value] as const];
  }));
}

function partsOf(url: string): Parts | undefined {
  const colon = url.indexOf(":"), isRelative = url.startsWith("//");
  if (colon > 0 && /^[A-Za-z0-9+.-]+$/.test(url.slice(0, colon))) return withScheme(url, colon);
  const end = url.search(/[?#]/);
  // A colon behind the first "?" or "#", or at the very end, ends no host.
  const mayBePort = colon === 0 ||
    (colon > 0 && colon + 1 < url.length && (end === -1 || colon < end));
  if (mayBePort) return withPort(url, colon);
  return isRelative ? withHost(url.slice(2), {}) : withPath(url, {});
}

/** What stands before the first colon may be a scheme, or a host before its port. */
function withScheme(url: string, colon: number): Parts | undefined {
  const scheme = url.slice(0, colon), rest = url.slice(colon + 1);
  if (rest === "") return { scheme };
  if (!rest.startsWith("/")) {
    return /^[0-9]{0,5}(?:\/|$)/.test(rest) ? withPort(url, colon) : withPath(rest, { scheme });
  }
  if (!rest.startsWith("//")) return withPath(rest, { scheme });
  if (scheme.toLowerCase() === "file" && rest[2] === "/") {
    // file:///c:/folder has the path c:/folder.
    return withPath(rest.slice(rest[4] === ":" ? 3 : 2), { scheme });
  }
  return withHost(rest.slice(2), { scheme });
}

function withPort(url: string, colon: number): Parts | undefined {
  const digits = /^[0-9]{0,6}/.exec(url.slice(colon + 1))![0], after = url[colon + 1 + digits.length];
  const bare = url.startsWith("//") ? url.slice(2) : url;
  if (digits.length > 0 && digits.length < 6 && (after === undefined || after === "/")) {
    return Number(digits) > 65535 ? undefined : withHost(bare, { port: BigInt(digits) });
  }
  if (digits === "" && after === undefined) return undefined;
  return url.startsWith("//") ? withHost(bare, {}) : withPath(url, {});
}

function withHost(text: string, parts: Parts): Parts | undefined {
  const end = /[/?#]/.exec(text)?.index ?? text.length;
  const authority = text.slice(0, end), at = authority.lastIndexOf("@");
  if (at !== -1) {
    const [user = "", ...pass] = authority.slice(0, at).split(":");
    parts.user = user;
    if (pass.length > 0) parts.pass = pass.join(":");
  }
  const address = authority.slice(at + 1);
  const colon = address.startsWith("[") && authority.endsWith("]") ? -1 : address.lastIndexOf(":");
  if (colon !== -1 && !parts.port) {
    const port = portOf(address.slice(colon + 1));
    if (port === undefined) return undefined;
    if (port !== "none") parts.port = port;
  }
  const host = colon === -1 ? address : address.slice(0, colon);
  if (host === "") return undefined;
  parts.host = host;
  return end === text.length ? parts : withPath(text.slice(end), parts);
}

/** A port as C's `strtol` reads it: what stands behind the digits does not count. */
function portOf(text: string): bigint | "none" | undefined {
  if (text === "") return "none";
  const digits = text.length > 5 ? undefined : /^[ \t\n\v\f\r]*[+-]?([0-9]+)/.exec(text);
  if (digits === undefined || digits === null) return undefined;
  const port = Number(digits[0]);
  return port < 0 || port > 65535 ? undefined : BigInt(Math.abs(port));
}

function withPath(text: string, parts: Parts): Parts {
  const [front = "", ...behind] = text.split("#"), [path = "", ...query] = front.split("?");
  if (behind.length > 0) parts.fragment = behind.join("#");
  if (query.length > 0) parts.query = query.join("?");
  if (path !== "" || text === "") parts.path = path;
  return parts;
}
