import { toStr } from "../values/coercion.ts";
import { allowString } from "../limits.ts";
import type { PhpValue } from "../php-value.ts";

/** `implode`: the values as strings with `glue` between them. */
export function joinValues(values: Iterable<PhpValue>, glue: string): string {
  const pieces: string[] = [];
  let length = 0;
  for (const value of values) {
    const piece = toStr(value);
    length += piece.length + glue.length;
    allowString(length);
    pieces.push(piece);
  }
  return pieces.join(glue);
}
