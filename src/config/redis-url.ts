import { closestName } from "./kinds/closest-name.ts";
import type { ConfigNode } from "./sources/config-node.ts";
import type { Findings } from "./findings.ts";
import { parseUrl } from "../php/builtins/parse-url.ts";

/** The schemes of a URL of Redis, with the driver that Laravel makes of each. */
const DRIVERS: ReadonlyMap<unknown, string> = new Map([
  ["redis", "tcp"],
  ["tcp", "tcp"],
  ["rediss", "tls"],
  ["tls", "tls"],
]);

/** Names in the query that mean something to Laravel's Redis clients; of some the server makes nothing, as of the same names in a file. */
const QUERY_NAMES: readonly string[] =
  ("database username password host port scheme timeout ssl context prefix name alias persistent persistent_id read_timeout " +
    "read_write_timeout retry_interval max_retries backoff_algorithm backoff_base backoff_cap scan serializer compression " +
    "compression_level tcp_nodelay async throw_errors iterable_multibulk cache driver").split(" ");

/** Names of other libraries for the same. */
const MEANT: Readonly<Record<string, string>> = {
  db: "database",
  user: "username",
  pass: "password",
  auth: "password",
};

/**
 * The parts of a Redis URL as entries of a connection, by the rules of Laravel's ConfigurationUrlParser: a part that the URL has wins
 * over the connection's own, the query over the rest of the URL, and a URL without a scheme may be `host:6379`. An empty text stands
 * for a part that is there and empty. Beyond Laravel, `unix:///path` names a socket. A URL that cannot be read is an error, which does
 * not show it: it may hold the password. One with control characters is left to the setting's own check.
 */
export function redisUrlNode(url: string, place: string, findings: Findings): ConfigNode | undefined {
  // deno-lint-ignore no-control-regex
  if (/[\u0000-\u001f\u007f]/.test(url)) return undefined;
  const parts = partsOf(url, place, findings);
  if (parts === undefined) {
    findings.error(
      `${place}: expected a URL such as redis://user:password@127.0.0.1:6379/0, got a text of ${url.length} characters`,
    );
    return undefined;
  }
  return nodeOf(parts, place);
}

/** A part is a text, or a table of such parts: `ssl[cafile]` in the query. */
type Part = string | Parts;
type Parts = Map<string, Part>;

function partsOf(url: string, place: string, findings: Findings): Parts | undefined {
  const socket = /^unix:(?:\/\/)?(\/[^/?#][^?#]*)(?:\?([^#]*))?$/.exec(url);
  if (socket !== null) {
    const own: [string, string][] = [["host", socket[1] ?? ""], ["scheme", "tcp"]];
    return new Map<string, Part>([...own, ...queryOf(socket[2] ?? "", place, findings)]);
  }
  const written = parseUrl(url);
  if (written === undefined) return undefined;
  const parts: Parts = new Map();
  const scheme = written.get("scheme"), driver = DRIVERS.get(scheme);
  if (scheme !== undefined && driver === undefined) return undefined;
  const path = String(written.get("path") ?? "");
  const taken: readonly (readonly [name: string, value: unknown])[] = [
    ["database", path === "" || path === "/" ? undefined : path.slice(1)],
    ["host", written.get("host")],
    ["port", written.get("port")],
    ["username", written.get("user")],
    ["password", written.get("pass")],
  ];
  for (const [name, value] of taken) {
    if (value === undefined) continue;
    const decoded = decode(String(value));
    if (decoded === undefined) return undefined;
    const native = nativeText(decoded);
    if (native !== undefined) parts.set(name, native);
  }
  for (const [name, value] of queryOf(String(written.get("query") ?? ""), place, findings)) {
    parts.set(name, value);
  }
  if (driver !== undefined) parts.set("scheme", driver);
  const database = parts.get("database") ?? "", host = parts.get("host") ?? "";
  const isReadable = /^\d{0,7}$/.test(String(database)) && !/\s/.test(String(host));
  return isReadable ? parts : undefined;
}

/** The query as PHP's `parse_str` reads it. */
function queryOf(query: string, place: string, findings: Findings): Parts {
  const parts: Parts = new Map();
  for (const [written, value] of new URLSearchParams(query)) {
    const [name = "", ...below] = written.split("[").map((each) => each.replace(/\]$/, ""));
    if (!QUERY_NAMES.includes(name)) {
      warnUnknown(name, place, findings);
      continue;
    }
    const native = nativeText(value);
    if (native !== undefined) put(parts, [name, ...below], native);
  }
  return parts;
}

function put(parts: Parts, [name = "", ...below]: readonly string[], value: string): void {
  if (below.length === 0) return void parts.set(name, value);
  const found = parts.get(name), inner: Parts = found instanceof Map ? found : new Map();
  parts.set(name, inner);
  put(inner, below, value);
}

/** A name is shown only beside one that is nearly the same: it may be a part of a password that was not encoded. */
function warnUnknown(name: string, place: string, findings: Findings): void {
  const closest = MEANT[name] ?? closestName(name, QUERY_NAMES);
  const hint = closest === undefined
    ? ""
    : `: ${JSON.stringify(name)}; did you mean ${JSON.stringify(closest)}?`;
  findings.warn(`${place}: a name in the query of the URL is unknown and ignored${hint}`);
}

/** Laravel takes each part for JSON where it can: `null` counts as not written, and quotes go. */
function nativeText(text: string): string | undefined {
  try {
    const value: unknown = JSON.parse(text);
    if (value === null) return undefined;
    if (typeof value === "boolean") return value ? "1" : "";
    return typeof value === "string" ? value : text.trim();
  } catch {
    // It is no JSON, so it means itself.
    return text;
  }
}

function nodeOf(part: Part, place: string): ConfigNode {
  if (typeof part === "string") return { kind: "leaf", value: part, place, keyPlace: place, env: [] };
  const entries = [...part].map(([name, inner]): [string, ConfigNode] => [name, nodeOf(inner, place)]);
  return { kind: "table", entries: new Map(entries), list: false, place, keyPlace: place };
}

function decode(part: string): string | undefined {
  try {
    return decodeURIComponent(part);
  } catch {
    // Only a stray "%" throws; the caller reports the whole URL.
    return undefined;
  }
}
