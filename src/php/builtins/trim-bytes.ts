import { PhpFault } from "../php-config-error.ts";

/** `trim`, `ltrim` and `rtrim` with PHP's lists of characters, in which `a..z` is a range. */
export function trimBytes(text: string, side: "both" | "left" | "right", list: string): string {
  const unwanted = characterSet(list);
  let start = 0;
  let end = text.length;
  if (side !== "right") { while (start < end && unwanted.has(text.charCodeAt(start))) start++; }
  if (side !== "left") { while (end > start && unwanted.has(text.charCodeAt(end - 1))) end--; }
  return text.slice(start, end);
}

function characterSet(list: string): ReadonlySet<number> {
  const set = new Set<number>();
  for (let at = 0; at < list.length; at++) {
    const first = list.charCodeAt(at);
    const last = list.startsWith("..", at + 1) ? list.charCodeAt(at + 3) : NaN;
    if (last >= first) {
      for (let code = first; code <= last; code++) set.add(code);
      at += 3;
    } else {
      set.add(first);
    }
    if (set.size > 256) throw new PhpFault("trim() was given characters that are no bytes");
  }
  return set;
}
