import { toBool, toFloat, toInt, toStr } from "../values/coercion.ts";
import { allowString } from "../limits.ts";
import { PhpFault } from "../php-config-error.ts";
import { PhpArray, type PhpValue } from "../php-value.ts";
import { Arguments } from "./arguments.ts";
import { type Builtin, type BuiltinTable, defineBuiltins, type Host } from "./builtin.ts";
import { resolve } from "./environment.ts";
import { matches } from "./regex-functions.ts";
import { strMethods } from "./str-methods.ts";
import { strMoreMethods } from "./str-more-methods.ts";
import { strRegexMethods } from "./str-regex-methods.ts";
import { trimBytes } from "./trim-bytes.ts";

/** `str()` */
export const stringableFunctions: BuiltinTable = defineBuiltins({
  "str(string?)": (args) => {
    if (!args.has(0)) throw new PhpFault("str() without a text is not supported");
    return stringable(toStr(args.value(0)));
  },
});

/** All static methods of `Illuminate\Support\Str`. */
export const staticStrMethods: BuiltinTable = new Map([
  ...strMethods,
  ...strMoreMethods,
  ...strRegexMethods,
  ...defineBuiltins({ "of(string)": (args) => stringable(toStr(args.value(0))) }),
]);

/** Where the text is among the parameters of a static method, when it is not the first. */
const SUBJECTS: Readonly<Record<string, number>> = {
  is: 1,
  remove: 1,
  match: 1,
  ismatch: 1,
  matchall: 1,
  replace: 2,
  replacefirst: 2,
  replacelast: 2,
  replacestart: 2,
  replaceend: 2,
  replacearray: 2,
  replacematches: 2,
};

/** The methods of what `Str::of()` gives; the first parameter is the object itself. Those of `Str` take its text. */
export const stringableMethods: BuiltinTable = new Map([
  ...[...staticStrMethods].map(([name, method]): [string, Builtin] => [name, fluent(name, method)]),
  ...defineBuiltins({
    "toString(self)": (args) => args.string(0),
    "value(self)": (args) => args.string(0),
    "append(self, ...values)": (args) => added(args.string(0) + args.rest.map(toStr).join("")),
    "prepend(self, ...values)": (args) => added(args.rest.map(toStr).join("") + args.string(0)),
    "newLine(self, count?)": (args) =>
      added(args.string(0) + "\n".repeat(Math.min(1_000, Number(args.int(1, 1n))))),
    "basename(self, suffix?)": (args) => {
      const name = trimBytes(args.string(0), "right", "/").replace(/^[^]*\//, ""), suffix = args.string(1);
      return stringable(
        suffix !== "" && name !== suffix && name.endsWith(suffix) ? name.slice(0, -suffix.length) : name,
      );
    },
    "classBasename(self)": (args) => stringable(args.string(0).replaceAll("\\", "/").replace(/^[^]*\//, "")),
    "exactly(self, value)": (args) => args.string(0) === toStr(args.value(1)),
    "explode(self, delimiter, limit?)": (args, host) => {
      const mark = args.string(1), most = Number(args.int(2, 2n ** 31n));
      if (mark === "" || most < 1) throw new PhpFault("this explode() is not supported");
      const parts = args.string(0).split(mark);
      const kept = parts.length <= most
        ? parts
        : [...parts.slice(0, most - 1), parts.slice(most - 1).join(mark)];
      return { kind: "collection", items: PhpArray.list(kept, host.origin) };
    },
    "isEmpty(self)": (args) => args.string(0) === "",
    "isNotEmpty(self)": (args) => args.string(0) !== "",
    "test(self, pattern)": (args, host) => {
      for (const _ of matches(args.string(1), args.string(0), host, 0) ?? []) return true;
      return false;
    },
    "pipe(self, callback)": (args, host) => stringable(toStr(host.call(args.value(1), [args.value(0)]))),
    "tap(self, callback)": (args, host) => {
      host.call(args.value(1), [args.value(0)]);
      return args.value(0);
    },
    "toInteger(self, base?)": (args) => {
      if (args.int(1, 10n) !== 10n) throw new PhpFault("toInteger() with a base is not supported");
      return toInt(args.string(0));
    },
    "toFloat(self)": (args) => toFloat(args.string(0)),
    "toBoolean(self)": (args) => /^(?:1|true|on|yes)$/i.test(args.string(0).trim()),
    "when(self, value, callback, default?)": (args, host) =>
      conditional(args, resolve(args.value(1), host, [args.value(0)]), true, host),
    "unless(self, value, callback, default?)": (args, host) =>
      conditional(args, resolve(args.value(1), host, [args.value(0)]), false, host),
    "whenEmpty(self, callback, default?)": (args, host) => chosen(args, args.string(0) === "", 1, host),
    "whenNotEmpty(self, callback, default?)": (args, host) => chosen(args, args.string(0) !== "", 1, host),
    "whenContains(self, needles, callback, default?)": (args, host) =>
      chosen(args, needles(args.value(1)).some((needle) => args.string(0).includes(needle)), 2, host),
    "whenStartsWith(self, needles, callback, default?)": (args, host) =>
      chosen(args, needles(args.value(1)).some((needle) => args.string(0).startsWith(needle)), 2, host),
    "whenEndsWith(self, needles, callback, default?)": (args, host) =>
      chosen(args, needles(args.value(1)).some((needle) => args.string(0).endsWith(needle)), 2, host),
  }),
]);

function stringable(value: string): PhpValue {
  return { kind: "stringable", value };
}

function added(value: string): PhpValue {
  allowString(value.length);
  return stringable(value);
}

function needles(value: PhpValue): readonly string[] {
  const all = value instanceof PhpArray ? [...value.values()].map(toStr) : [toStr(value)];
  return all.filter((needle) => needle !== "");
}

/** A method of `Str` with the text of the object in its place; a text as the result goes on as an object. */
function fluent(name: string, method: Builtin): Builtin {
  const at = SUBJECTS[name] ?? 0, subject = method.parameters[at];
  const others = method.parameters.filter((parameter) => parameter !== subject);
  const self = { name: "self", required: true, variadic: false, byReference: false };
  return {
    name: method.name,
    parameters: [self, ...others],
    run: (args, host) => {
      const given = others.map((_, index) => args.has(index + 1) ? args.value(index + 1) : undefined);
      const values = [...given.slice(0, at), args.string(0), ...given.slice(at)];
      const result = method.run(new Arguments(method, values, args.rest, new Map()), host);
      if (typeof result === "string") return stringable(result);
      return result instanceof PhpArray ? { kind: "collection", items: result } : result;
    },
  };
}

function conditional(args: Arguments, value: PhpValue, wanted: boolean, host: Host): PhpValue {
  const callback = toBool(value) === wanted ? args.value(2) : args.value(3);
  return callback === null ? args.value(0) : host.call(callback, [args.value(0), value]) ?? args.value(0);
}

function chosen(args: Arguments, isTaken: boolean, at: number, host: Host): PhpValue {
  const callback = isTaken ? args.value(at) : args.value(at + 1);
  return callback === null ? args.value(0) : host.call(callback, [args.value(0)]) ?? args.value(0);
}
