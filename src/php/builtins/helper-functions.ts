import { toBool, toStr } from "../values/coercion.ts";
import { PhpFault } from "../php-config-error.ts";
import { PhpThrow } from "../php-throw.ts";
import { PhpArray, type PhpValue } from "../php-value.ts";
import type { Arguments } from "./arguments.ts";
import { type BuiltinTable, defineBuiltins, type Host } from "./builtin.ts";
import { compareVersions } from "./compare-versions.ts";
import { resolve } from "./environment.ts";
import { throwable } from "./exception-methods.ts";

/** Laravel's small helpers, and what else belongs nowhere. */
export const helperFunctions: BuiltinTable = defineBuiltins({
  "tap(value, callback?)": (args, host) => {
    if (!args.has(1)) throw new PhpFault("tap() without a callback is not supported");
    host.call(args.value(1), [args.value(0)]);
    return args.value(0);
  },
  "with(value, callback?)": (args, host) =>
    args.value(1) === null ? args.value(0) : host.call(args.value(1), [args.value(0)]),
  "transform(value, callback, default?)": (args, host) => {
    const value = args.value(0);
    const isBlank = value === null || (typeof value === "string" && value.trim() === "") ||
      (value instanceof PhpArray && value.size === 0);
    if (!isBlank) return host.call(args.value(1), [value]);
    return isCallable(args.value(2)) ? host.call(args.value(2), [value]) : args.value(2);
  },
  "when(condition, value, default?)": (args, host) =>
    toBool(resolve(args.value(0), host))
      ? resolve(args.value(1), host, [args.value(0)])
      : resolve(args.value(2), host, [args.value(0)]),
  "class_basename(class)": (args) =>
    toStr(args.value(0)).replaceAll("\\", "/").replace(/\/+$/, "").replace(/^[^]*\//, ""),
  "rescue(callback, rescue?, report?)": (args, host) => {
    try {
      return host.guarded(() => host.call(args.value(0), []));
    } catch (error) {
      if (!(error instanceof PhpThrow)) throw error;
      return resolve(args.value(1), host, [error.exception]);
    }
  },
  "throw_if(condition, exception?, ...parameters)": (args, host) =>
    throwWhen(toBool(args.value(0)), args.value(0), args.value(1), args.rest, host),
  "throw_unless(condition, exception?, ...parameters)": (args, host) =>
    throwWhen(!toBool(args.value(0)), args.value(0), args.value(1), args.rest, host),
  "abort(code, message?, headers?)": (args) => {
    throw aborted(args, 0);
  },
  "abort_if(boolean, code, message?, headers?)": (args) => {
    if (toBool(args.value(0))) throw aborted(args, 1);
    return null;
  },
  "abort_unless(boolean, code, message?, headers?)": (args) => {
    if (!toBool(args.value(0))) throw aborted(args, 1);
    return null;
  },
  "windows_os()": (_, host) => host.settings.osFamily === "Windows",
  "version_compare(version1, version2, operator?)": (args) => {
    const sign = compareVersions(args.string(0), args.string(1));
    if (args.value(2) === null) return BigInt(sign);
    switch (args.string(2)) {
      case "<":
      case "lt":
        return sign < 0;
      case "<=":
      case "le":
        return sign <= 0;
      case ">":
      case "gt":
        return sign > 0;
      case ">=":
      case "ge":
        return sign >= 0;
      case "==":
      case "eq":
        return sign === 0;
      case "!=":
      case "<>":
      case "ne":
        return sign !== 0;
      default:
        throw new PhpFault(`version_compare() with "${args.string(2)}" is not supported`);
    }
  },
  "is_callable(value)": (args) => {
    if (!isCallable(args.value(0))) {
      throw new PhpFault("is_callable() of what is no closure is not supported");
    }
    return true;
  },
  "is_object(value)": (args) => {
    const value = args.value(0);
    return typeof value === "object" && value !== null && !(value instanceof PhpArray);
  },
  "call_user_func(callback, ...args)": (args, host) => host.call(args.value(0), args.rest),
  "call_user_func_array(callback, args)": (args, host) =>
    host.call(args.value(0), [...args.array(1).values()]),
});

function isCallable(value: PhpValue): boolean {
  return typeof value === "object" && value !== null && "invoke" in value;
}

/** Throws the exception, or the one of a class, or `RuntimeException`; else gives the condition. */
function throwWhen(
  isThrown: boolean,
  condition: PhpValue,
  exception: PhpValue,
  rest: readonly PhpValue[],
  host: Host,
): PhpValue {
  if (!isThrown) return condition;
  const given = resolve(exception, host, rest);
  if (typeof given !== "string") throw throwable(given ?? null);
  const isClass = /\\|Exception$|Error$/.test(given);
  const message = isClass ? toStr(rest[0] ?? "") : given;
  throw throwable({
    kind: "exception",
    class: isClass ? given : "RuntimeException",
    message,
    code: 0n,
    previous: null,
  });
}

/** What `abort()` throws; the place of its first argument. */
function aborted(args: Arguments, at: number): PhpThrow {
  return throwable({
    kind: "exception",
    class: "Symfony\\Component\\HttpKernel\\Exception\\HttpException",
    message: args.string(at + 1),
    code: 0n,
    previous: null,
  });
}
