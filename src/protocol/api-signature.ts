/** Parameters that are not signed: the signature itself, and what Reverb takes out as well. */
const UNSIGNED = new Set(["auth_signature", "appid", "appkey", "channelname"]);

/** The query of an API call, decoded, in the order in which it was sent. */
export type QueryPairs = ReadonlyArray<readonly [name: string, value: string]>;

/** Splits a query string. With `decode` false the names and values stay as they were sent. Never throws. */
export function parseQuery(query: string, decode: boolean): QueryPairs {
  if (query === "") return [];
  return query.split("&").filter((part) => part !== "").map((part) => {
    const equals = part.indexOf("=");
    const name = equals === -1 ? part : part.slice(0, equals);
    const value = equals === -1 ? "" : part.slice(equals + 1);
    return decode ? [decodePart(name), decodePart(value)] : [name, value];
  });
}

function decodePart(part: string): string {
  if (!part.includes("%") && !part.includes("+")) return part;
  try {
    return decodeURIComponent(part.replaceAll("+", " "));
  } catch {
    return part; // A stray percent sign stands for itself.
  }
}

/**
 * Folds `info[0]=a&info[1]=b` and `info[]=a&info[]=b` into `info=a,b`: PHP's client signs a list that way, and its HTTP
 * library sends it the other.
 */
export function foldLists(pairs: QueryPairs): Map<string, string> {
  const folded = new Map<string, string>();
  for (const [name, value] of pairs) {
    const bracket = /^([^[\]]+)\[\d*\]$/.exec(name);
    const key = bracket?.[1] ?? name;
    const before = bracket === null ? undefined : folded.get(key);
    folded.set(key, before === undefined ? value : `${before},${value}`);
  }
  return folded;
}

/**
 * The text that the signature of an API call covers (Pusher's HTTP API): method, path and parameters, a line each; names
 * in lower case and sorted, values not URL-encoded. `bodyMd5` is `undefined` for an empty body, and replaces what the
 * caller sent: a body that is not the signed one then fails the signature.
 */
export function apiStringToSign(
  method: string,
  path: string,
  parameters: Iterable<readonly [name: string, value: string]>,
  bodyMd5: string | undefined,
): string {
  const lines: string[] = [];
  for (const [name, value] of parameters) {
    const key = name.toLowerCase();
    if (key !== "body_md5" && !UNSIGNED.has(key)) lines.push(`${key}=${value}`);
  }
  if (bodyMd5 !== undefined) lines.push(`body_md5=${bodyMd5}`);
  lines.sort(byName);
  return `${method}\n${path}\n${lines.join("&")}`;
}

/** Sorts by the name alone, as PHP's ksort does: `a_b` and `a` must not be compared through their equals signs. */
function byName(a: string, b: string): number {
  const left = a.slice(0, a.indexOf("=")), right = b.slice(0, b.indexOf("="));
  return left < right ? -1 : left > right ? 1 : 0;
}
