/** Parameters that are not signed: the signature itself, and those that Reverb removes too. */
const UNSIGNED = new Set(["auth_signature", "appid", "appkey", "channelname"]);

/** The parameters of a query, in the order in which they were sent. */
export type QueryPairs = ReadonlyArray<readonly [name: string, value: string]>;

/** Splits a query string. With `decode` false names and values stay as they were sent. Never throws. */
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
 * Folds `info[0]=a&info[1]=b` and `info[]=a&info[]=b` into `info=a,b`: PHP's client signs a list folded, and its HTTP library
 * sends it unfolded.
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
 * in lower case and sorted, values not URL-encoded. `bodyMd5` is the digest of the body that came, `undefined` for none.
 * It replaces the `body_md5` that was sent, so that the signature does not match where the body was changed.
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

/** Sorts by the name alone, as PHP's ksort does. Whole lines would sort otherwise, since `=` stands before `_`. */
function byName(a: string, b: string): number {
  const left = a.slice(0, a.indexOf("=")), right = b.slice(0, b.indexOf("="));
  return left < right ? -1 : left > right ? 1 : 0;
}
