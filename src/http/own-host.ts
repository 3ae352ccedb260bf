import { isIP } from "node:net";
import { domainToASCII } from "node:url";

/**
 * Whether the `Host` header of a request has one of a port's own names. This keeps a web page from reading the port through the
 * browser of an operator: a page can give its own host name this machine's address (DNS rebinding), but the browser then sends the
 * page's host name. An address is no name, so it is always the port's own; a request without `Host` comes from no browser.
 *
 * `names` are host names; `*.example.com` stands for all names below it, and `*` for every name.
 */
export function isOwnHost(header: string | null, names: readonly string[]): boolean {
  const host = hostOf(header ?? "");
  return host === undefined || isIP(host) !== 0 || names.some((name) => matches(host, name));
}

/** The host without port, brackets and the dot at the end that a full name may have; `undefined` where there is none. */
function hostOf(header: string): string | undefined {
  const text = header.trim().toLowerCase();
  if (text === "") return undefined;
  const [, address, name = text] = /^(?:\[([^\]]*)\]|([^:]*))(?::\d*)?$/.exec(text) ?? [];
  return address ?? name.replace(/\.$/, "");
}

function matches(host: string, name: string): boolean {
  if (name === "*") return true;
  // Browsers send the letters of other alphabets as ASCII (punycode).
  if (name.startsWith("*.")) return host.endsWith(`.${domainToASCII(name.slice(2))}`);
  return host === domainToASCII(name);
}
