import { toText } from "./byte-string.ts";
import { PhpConfigError } from "../php-config-error.ts";
import { PhpArray, PhpArrayBuilder, type PhpValue } from "../php-value.ts";

/** The value with all byte strings as text. Throws {@link PhpConfigError} for a string that is not valid UTF-8. */
export function textValue(value: PhpValue, file: string, line: number): PhpValue {
  if (typeof value === "string") return text(value, file, line);
  if (!(value instanceof PhpArray)) return value;
  const builder = new PhpArrayBuilder();
  for (const [key, { value: inner, origin }] of value.entries()) {
    const name = typeof key === "string" ? text(key, file, origin.line) : key;
    builder.set(name, { value: textValue(inner, file, origin.line), origin });
  }
  return builder.build();
}

function text(bytes: string, file: string, line: number): string {
  const result = toText(bytes);
  if (result === undefined) throw new PhpConfigError(file, line, "the value is not valid UTF-8 text");
  return result;
}
