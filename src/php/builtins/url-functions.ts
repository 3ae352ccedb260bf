import { allowString } from "../limits.ts";
import { PhpArrayBuilder } from "../php-value.ts";
import { type BuiltinTable, defineBuiltins } from "./builtin.ts";
import { parseUrl, URL_COMPONENTS } from "./parse-url.ts";

/** PHP's functions on URLs. */
export const urlFunctions: BuiltinTable = defineBuiltins({
  "parse_url(url, component?)": (args, host) => {
    // PHP puts "_" in the place of control characters.
    const parts = parseUrl(args.string(0).replace(/\p{Cc}/gu, (control) => control < "\x80" ? "_" : control));
    const component = args.int(1, -1n);
    if (parts === undefined) return false;
    if (component >= 0n) return parts.get(URL_COMPONENTS[Number(component)] ?? "") ?? null;
    const builder = new PhpArrayBuilder();
    for (const [name, value] of parts) builder.set(name, { value, origin: host.origin });
    return builder.build();
  },
  "urlencode(string)": (args) => escape(args.string(0), /[^A-Za-z0-9_.-]/g).replaceAll("%20", "+"),
  "rawurlencode(string)": (args) => escape(args.string(0), /[^A-Za-z0-9_.~-]/g),
  "urldecode(string)": (args) => unescape(args.string(0).replaceAll("+", " ")),
  "rawurldecode(string)": (args) => unescape(args.string(0)),
});

function escape(text: string, unsafe: RegExp): string {
  allowString(3 * text.length);
  return text.replace(unsafe, (byte) => `%${byte.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")}`);
}

function unescape(text: string): string {
  return text.replace(/%([0-9A-Fa-f]{2})/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)));
}
