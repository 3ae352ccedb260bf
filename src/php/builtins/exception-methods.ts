import { PhpFault } from "../php-config-error.ts";
import { PhpThrow } from "../php-throw.ts";
import { PhpArray, type PhpException, type PhpValue } from "../php-value.ts";
import type { Arguments } from "./arguments.ts";
import { type BuiltinTable, defineBuiltins } from "./builtin.ts";
import { isKnownException } from "./exception-classes.ts";

/** The methods of exceptions. The first parameter is the exception itself. */
export const exceptionMethods: BuiltinTable = defineBuiltins({
  "getMessage(self)": (args) => {
    const { message, class: name } = exceptionIn(args);
    if (message === undefined) throw new PhpFault(`getMessage() of this ${name} is not supported`);
    return message;
  },
  "getCode(self)": (args) => exceptionIn(args).code,
  "getPrevious(self)": (args) => exceptionIn(args).previous,
});

/** `new RuntimeException('text', code, previous)`. Of a class of the application the first text counts: it is for people. */
export function makeException(className: string, args: Arguments): PhpException {
  const [message = "", code = 0n, previous = null] = args.rest;
  if (isKnownException(className)) {
    return {
      kind: "exception",
      class: className,
      message: typeof message === "string" ? message : args.string(0),
      code,
      previous,
    };
  }
  const text = args.rest.find((value) => typeof value === "string");
  return {
    kind: "exception",
    class: className,
    message: typeof text === "string" ? text : "",
    code: 0n,
    previous: null,
  };
}

/** `throw` of a value. */
export function throwable(value: PhpValue): PhpThrow {
  if (isException(value)) return new PhpThrow(value);
  throw new PhpFault("throwing anything but an exception is not supported");
}

function exceptionIn(args: Arguments): PhpException {
  const value = args.value(0);
  if (isException(value)) return value;
  throw new TypeError("a method of exceptions was called on another value");
}

function isException(value: PhpValue): value is PhpException {
  return typeof value === "object" && value !== null && !(value instanceof PhpArray) &&
    value.kind === "exception";
}
