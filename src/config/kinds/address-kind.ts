import { isIP } from "node:net";
import * as v from "valibot";
import type { ValueKind } from "./value-kind.ts";

/** The address of a client that comes through a Unix socket, and the word for it among the trusted proxies. */
export const UNIX_CALLER = "unix";

const SCHEME = "unix:";

/** The path of the Unix socket that a `host` setting names (`unix:/run/resound.sock`); `undefined` for addresses and host names. */
export function unixPath(host: string): string | undefined {
  return host.startsWith(SCHEME) ? host.slice(SCHEME.length) : undefined;
}

/**
 * An address or host name, where brackets around an IPv6 address are for URLs only and are taken off; or a Unix socket's path
 * behind `unix:`, where the slashes of a URL are taken off.
 */
export const hostAddress: ValueKind<string> = {
  expects: "an IP address, a host name, or unix: with a path",
  schema: v.pipe(
    v.string(),
    v.trim(),
    v.transform((host) => host.replace(/^\[(.*)\]$/, "$1").replace(/^unix:\/\/(?=\/)/, "unix:")),
    v.regex(/^(?:[\p{L}\p{N}._-]+|[0-9a-fA-F:.]+(?:%\w+)?|unix:\/[^\p{Cc}]*[^\p{Cc}/])$/u),
  ),
  secret: false,
};

/** A public host name. Many write the URL of their site (`https://laravel.test:8080`): then the host is cut out of it. */
export const publicHostName: ValueKind<string> = {
  expects: "a host name or a URL",
  schema: v.pipe(
    v.string(),
    v.trim(),
    v.transform(hostOf),
    v.regex(/^(?:[\p{L}\p{N}._-]+|[0-9a-f:.]+)$/u),
  ),
  secret: false,
};

/** Not `new URL`: it turns "8080" into an IP address and international names into punycode, which no certificate file is named after. */
function hostOf(written: string): string {
  const authority = written.replace(/^[a-z][a-z0-9+.-]*:\/\//i, "").replace(/[/?#].*$/s, "");
  const host = authority.slice(authority.lastIndexOf("@") + 1).toLowerCase();
  if (host.startsWith("[")) return host.replace(/^\[([^\]]*)\](?::\d+)?$/, "$1");
  return host.split(":").length === 2 ? host.replace(/:\d+$/, "") : host;
}

/** Host names: a list, or one text with commas between them. A URL or `name:port` is cut down to the name. */
export const hostNames: ValueKind<readonly string[]> = {
  expects: "a list of host names; *.example.com for all names below one, * for every name",
  schema: v.pipe(
    v.union([v.array(v.string()), v.pipe(v.string(), v.transform((list) => list.split(",")))]),
    v.transform((names) => names.map((name) => hostOf(name.trim())).filter((name) => name !== "")),
    v.checkItems((name) =>
      /^(?:\*|(?:\*\.)?[\p{L}\p{N}_-]+(?:\.[\p{L}\p{N}_-]+)*)$/u.test(name) || isIP(name) !== 0
    ),
  ),
  secret: false,
};

/** The prefix of all routes, as `''` or `/x/y`. */
export const routePrefix: ValueKind<string> = {
  expects: "a path such as /reverb",
  schema: v.pipe(
    v.string(),
    v.trim(),
    v.transform((path) => path.split("/").filter((segment) => segment !== "")),
    // "." and ".." never arrive: clients resolve them before they send a request.
    v.checkItems((segment) => /^[^\s?#\\]+$/.test(segment) && segment !== "." && segment !== ".."),
    v.transform((segments) => segments.map((segment) => `/${segment}`).join("")),
  ),
  secret: false,
};
