import { toFloat, toInt, toStr } from "../values/coercion.ts";
import { allowString } from "../limits.ts";
import { PhpFault } from "../php-config-error.ts";
import { raise } from "../php-throw.ts";
import type { PhpValue } from "../php-value.ts";
import { exactDecimals } from "./fixed-decimals.ts";

const directive = /%(?:(%)|(?:([0-9]+)\$)?((?:[-+ 0]|'[^])*)([0-9]*)(?:\.([0-9]+))?l?([^]?))/g;

/** `sprintf` with `%s %d %u %f %F %e %x %X %o %b %c`, positions, padding, width and precision. */
export function formatString(format: string, values: readonly PhpValue[]): string {
  let next = 0;
  let length = format.length;
  return format.replace(
    directive,
    (_, percent?: string, position?: string, flags = "", width = "", precision?: string, type = "") => {
      if (percent !== undefined) return "%";
      const index = position === undefined ? next++ : Number(position) - 1;
      const value = values[index];
      if (value === undefined) {
        throw raise("ArgumentCountError", `sprintf() has no value for placeholder ${index + 1}`);
      }
      if (Number(precision ?? 0) > 500) throw new PhpFault("sprintf() was given a precision above 500");
      allowString(Number(width));
      const text = pad(convert(type, value, precision, flags), flags, Number(width), type);
      length += text.length;
      allowString(length);
      return text;
    },
  );
}

function convert(type: string, value: PhpValue, precision: string | undefined, flags: string): string {
  const plus = flags.includes("+");
  switch (type) {
    case "s": {
      const text = toStr(value);
      return precision === undefined ? text : text.slice(0, Number(precision));
    }
    case "d":
    case "i": {
      const int = toInt(value);
      return (plus && int >= 0n ? "+" : "") + int;
    }
    case "u":
      return BigInt.asUintN(64, toInt(value)).toString();
    case "f":
    case "F": {
      // PHP writes a negative zero without its sign.
      const float = toFloat(value) + 0;
      return (plus && float >= 0 ? "+" : "") +
        exactDecimals(float, precision === undefined ? 6 : Number(precision));
    }
    case "e":
    case "E": {
      const text = toFloat(value).toExponential(
        Math.min(100, precision === undefined ? 6 : Number(precision)),
      );
      return (plus && !text.startsWith("-") ? "+" : "") + (type === "E" ? text.toUpperCase() : text);
    }
    case "x":
      return BigInt.asUintN(64, toInt(value)).toString(16);
    case "X":
      return BigInt.asUintN(64, toInt(value)).toString(16).toUpperCase();
    case "o":
      return BigInt.asUintN(64, toInt(value)).toString(8);
    case "b":
      return BigInt.asUintN(64, toInt(value)).toString(2);
    case "c":
      return String.fromCharCode(Number(toInt(value) & 0xffn));
    default:
      throw new PhpFault(`sprintf() with "%${type}" is not supported`);
  }
}

function pad(text: string, flags: string, width: number, type: string): string {
  const custom = /'([^])/.exec(flags)?.[1];
  const plain = flags.replace(/'[^]/g, "");
  const filler = custom ?? (plain.includes("0") ? "0" : " ");
  // PHP puts no zeros behind an int, where they would change it; behind anything else it does.
  if (plain.includes("-")) {
    return text.padEnd(width, custom === undefined && /[diu]/.test(type) ? " " : filler);
  }
  const sign = filler === "0" && /^[-+]/.test(text) && /[dfFeE]/.test(type) ? text[0] ?? "" : "";
  return sign + text.slice(sign.length).padStart(width - sign.length, filler);
}
