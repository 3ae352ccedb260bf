/** What a built script gives Echo; what it does not give as a plain value is left out. */
export interface BuiltEcho {
  /** It is for Pusher or any server of its protocol, and need not be for this one. */
  readonly isPusher?: true;
  /** Null where the script was built without one. */
  readonly key?: string | null;
  readonly host?: string;
  readonly port?: number;
  readonly scheme?: "http" | "https";
}

/** Characters of an object that are looked at. Echo's options are a few hundred. */
const LONGEST = 4096;
/** Places of one script that are looked at. */
const MOST = 50;

/**
 * Finds Echo's options in a script that Vite has built, where variables such as `VITE_REVERB_APP_KEY` have become plain values: objects
 * with `broadcaster: "reverb"` (or `"pusher"`, with a host), and Vite's own object of variables. Defaults of Echo's library are none.
 */
export function* builtEchoes(script: string): Generator<BuiltEcho> {
  const options = script.matchAll(/\bbroadcaster["']?\s*:\s*(["'`])(reverb|pusher)\1/g);
  for (const { index, 2: broadcaster } of options.take(MOST)) {
    const properties = propertiesAround(script, index);
    if (properties === undefined) continue;
    const echo = echoOf(properties);
    if (broadcaster === "reverb") yield echo;
    else if (typeof echo.key === "string" && echo.host !== undefined) yield { ...echo, isPusher: true };
  }
  for (const { index } of script.matchAll(/\bVITE_REVERB_APP_KEY["']?\s*:/g).take(MOST)) {
    const properties = propertiesAround(script, index);
    if (properties !== undefined) yield echoOfVariables(properties);
  }
}

function echoOf(properties: ReadonlyMap<string, string>): BuiltEcho {
  const value = (name: string): unknown => literal(properties.get(name) ?? "");
  const tls = value("forceTLS"), key = value("key"), host = value("wsHost");
  const scheme = tls === true ? "https" : tls === false ? "http" : undefined;
  return {
    ...(typeof key === "string" ? { key } : key === null ? { key } : {}),
    ...(typeof host === "string" ? { host } : {}),
    ...portOf(value(scheme === "http" ? "wsPort" : "wssPort")),
    ...(scheme === undefined ? {} : { scheme }),
  };
}

function echoOfVariables(properties: ReadonlyMap<string, string>): BuiltEcho {
  const value = (name: string): unknown => literal(properties.get(`VITE_REVERB_${name}`) ?? "");
  const key = value("APP_KEY"), host = value("HOST"), scheme = value("SCHEME") ?? "https";
  return {
    ...(typeof key === "string" ? { key } : {}),
    ...(typeof host === "string" ? { host } : {}),
    ...portOf(value("PORT")),
    ...(scheme === "http" || scheme === "https" ? { scheme } : {}),
  };
}

function portOf(value: unknown): { readonly port?: number } {
  const port = typeof value === "number" || typeof value === "string" ? Number(value) : NaN;
  return Number.isInteger(port) && port > 0 ? { port } : {};
}

/** The properties of the object around a place, each with the text of its value; `undefined` where no object is around it. */
function propertiesAround(script: string, place: number): ReadonlyMap<string, string> | undefined {
  let start = place, depth = 0;
  do {
    start--;
    if (start < 0 || place - start > LONGEST) return undefined;
    if ("}])".includes(script[start]!)) depth++;
    if ("{[(".includes(script[start]!)) depth--;
  } while (depth >= 0);
  if (script[start] !== "{") return undefined;
  const properties = new Map<string, string>();
  for (const property of partsOf(script.slice(start + 1, start + LONGEST), ",")) {
    const [, name, value] = /^\s*["']?([\w$]+)["']?\s*:([^]*)$/.exec(property) ?? [];
    if (name !== undefined) properties.set(name, value!.trim());
  }
  return properties;
}

/** Splits code at a separator outside of brackets and texts, as far as the bracket that ends it. */
function partsOf(code: string, separator: string): string[] {
  const parts: string[] = [];
  let depth = 0, from = 0, at = 0;
  for (; at < code.length && depth >= 0; at++) {
    const letter = code[at]!;
    if ("\"'`".includes(letter)) at = endOfText(code, at);
    else if ("{[(".includes(letter)) depth++;
    else if ("}])".includes(letter)) depth--;
    else if (depth === 0 && code.startsWith(separator, at)) {
      parts.push(code.slice(from, at));
      from = at + separator.length;
      at = from - 1;
    }
  }
  return [...parts, code.slice(from, depth < 0 ? at - 1 : at)];
}

/** The place of the quote that ends a text. */
function endOfText(code: string, start: number): number {
  for (let at = start + 1; at < code.length; at++) {
    if (code[at] === "\\") at++;
    else if (code[at] === code[start]) return at;
  }
  return code.length;
}

/** The value of an expression of plain values: null for one that is missing, `undefined` for one that is not plain. */
function literal(code: string): unknown {
  const text = code.trim();
  const [left, right] = partsOf(text, "===");
  if (left !== undefined && right !== undefined) {
    const one = literal(left), other = literal(right);
    return one === undefined || other === undefined ? undefined : one === other;
  }
  const [first, ...rest] = partsOf(text, "??");
  if (rest.length > 0) {
    const value = literal(first!);
    return value === null ? literal(rest.join("??")) : value;
  }
  const inner = /^(?:Number|parseInt)?\(([^]*)\)$/.exec(text)?.[1];
  if (inner !== undefined) return literal(partsOf(inner, ",")[0]!);
  const quoted = /^(["'`])([^\\$]*)\1$/.exec(text);
  if (quoted !== null && !quoted[2]!.includes(quoted[1]!)) return quoted[2];
  if (/^\d+$/.test(text)) return Number(text);
  if (/^(?:!0|true)$/.test(text)) return true;
  if (/^(?:!1|false)$/.test(text)) return false;
  return /^(?:void 0|undefined|null)$/.test(text) ? null : undefined;
}
