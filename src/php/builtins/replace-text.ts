import { toStr } from "../values/coercion.ts";
import { allowString } from "../limits.ts";
import { PhpArray, PhpArrayBuilder, type PhpValue } from "../php-value.ts";

/** `str_replace` and `str_ireplace` (`ignoreCase`): each of search, replace and subject may be an array. */
export function replaceText(
  search: PhpValue,
  replace: PhpValue,
  subject: PhpValue,
  ignoreCase: boolean,
): PhpValue {
  if (subject instanceof PhpArray) {
    const builder = new PhpArrayBuilder();
    for (const [key, entry] of subject.entries()) {
      const { value } = entry;
      const replaced = value instanceof PhpArray ? value : replaceText(search, replace, value, ignoreCase);
      builder.set(key, { value: replaced, origin: entry.origin });
    }
    return builder.build();
  }
  let text = toStr(subject);
  if (!(search instanceof PhpArray)) return replaceAll(text, toStr(search), toStr(replace), ignoreCase);
  const replacements = replace instanceof PhpArray ? replace.values() : undefined;
  for (const needle of search.values()) {
    const next = replacements?.next();
    const replacement = next === undefined ? toStr(replace) : next.done ? "" : toStr(next.value);
    text = replaceAll(text, toStr(needle), replacement, ignoreCase);
  }
  return text;
}

function replaceAll(text: string, search: string, replacement: string, ignoreCase: boolean): string {
  if (search === "") return text;
  const pieces: string[] = [];
  const haystack = ignoreCase ? text.toLowerCase() : text;
  const needle = ignoreCase ? search.toLowerCase() : search;
  let from = 0;
  let length = text.length;
  for (let at = haystack.indexOf(needle); at >= 0; at = haystack.indexOf(needle, from)) {
    pieces.push(text.slice(from, at));
    from = at + needle.length;
    length += replacement.length - needle.length;
    allowString(length);
  }
  return [...pieces, text.slice(from)].join(replacement);
}
