import { toStr } from "../values/coercion.ts";
import { allowString } from "../limits.ts";
import { PhpFault } from "../php-config-error.ts";
import { PhpArray, type PhpValue } from "../php-value.ts";
import { type BuiltinTable, defineBuiltins, type Host } from "./builtin.ts";
import { groupsOf, matches } from "./regex-functions.ts";

/** The static methods of `Illuminate\Support\Str` that take regular expressions. */
export const strRegexMethods: BuiltinTable = defineBuiltins({
  "match(pattern, subject)": (args, host) => {
    const [found] = matches(args.string(0), args.string(1), host, 0) ?? [];
    return found === undefined ? "" : found.groups[1]?.text ?? found.groups[0]?.text ?? "";
  },
  "isMatch(pattern, value)": (args, host) =>
    listed(args.value(0)).some((pattern) => [...firstOf(pattern, args.string(1), host)].length > 0),
  "matchAll(pattern, subject)": (args, host) => {
    const all = [...matches(args.string(0), args.string(1), host, 0) ?? []];
    const items = all.map((match) =>
      match.groups[1]?.text ?? (match.groups.length > 1 ? "" : match.groups[0]?.text ?? "")
    );
    return { kind: "collection", items: PhpArray.list(items, host.origin) };
  },
  "replaceMatches(pattern, replace, subject, limit?)": (args, host) => {
    const replace = args.value(1);
    if (replace instanceof PhpArray || args.value(0) instanceof PhpArray) {
      throw new PhpFault("Str::replaceMatches() with a list is not supported");
    }
    const isText = typeof replace === "string";
    const all = matches(args.string(0), args.string(2), host, 0) ?? [];
    let result = "", from = 0, left = args.int(3, -1n) < 0n ? Infinity : Number(args.int(3));
    for (const match of all) {
      if (left-- <= 0) break;
      const value = isText
        ? toStr(replace).replace(
          /\\\\|[\\$](\d{1,2})|\$\{(\d{1,2})\}/g,
          (_, plain?: string, braced?: string) =>
            plain ?? braced ? match.groups[Number(plain ?? braced)]?.text ?? "" : "\\",
        )
        : toStr(host.call(replace, [groupsOf(match, 0n, true, host.origin)]));
      result += args.string(2).slice(from, match.start) + value;
      allowString(result.length);
      from = match.end;
    }
    return result + args.string(2).slice(from);
  },
});

function listed(value: PhpValue): readonly string[] {
  return value instanceof PhpArray ? [...value.values()].map(toStr) : [toStr(value)];
}

function* firstOf(pattern: string, subject: string, host: Host): Generator<true> {
  for (const _ of matches(pattern, subject, host, 0) ?? []) {
    yield true;
    return;
  }
}
