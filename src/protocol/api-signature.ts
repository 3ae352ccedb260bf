/** Parameters that are not signed: the signature itself, and what Reverb takes out as well. */
const UNSIGNED = new Set(["auth_signature", "appid", "appkey", "channelname"]);

/** The query of an API call, decoded, in the order in which it was sent. */
export type QueryPairs = ReadonlyArray<readonly [name: string, value: string]>;

/** Splits a query string. With `decode` false the names and values stay as they were sent. Never throws. */
export function parseQuery(query: string, decode: boolean): QueryPairs {
  const pairs: Array<[name: string, value: string]> = [];
  for (let start = 0, end = 0; start < query.length; start = end + 1) {
    end = query.indexOf("&", start);
    if (end === -1) end = query.length;
    if (end === start) continue;
    let equals = query.indexOf("=", start);
    if (equals === -1 || equals > end) equals = end;
    const name = query.slice(start, equals), value = query.slice(equals + 1, end);
    pairs.push(decode ? [decodePart(name), decodePart(value)] : [name, value]);
  }
  return pairs;
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
    const key = name.endsWith("]") ? /^([^[\]]+)\[\d*\]$/.exec(name)?.[1] ?? name : name;
    const before = key === name ? undefined : folded.get(key);
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
