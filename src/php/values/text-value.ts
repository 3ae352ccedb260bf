import { toText } from "./byte-string.ts";
import { asCollection } from "./changed-collections.ts";
import { PhpConfigError } from "../php-config-error.ts";
import { PhpArray, PhpArrayBuilder, type PhpCollection, type PhpEntry, type PhpValue } from "../php-value.ts";
import { unreadableEntry } from "../unreadable-entry.ts";

/**
 * The value with all byte strings as text. An entry with a string that is not valid UTF-8 cannot be read; the value itself, and keys,
 * throw a {@link PhpConfigError}.
 */
export function textValue(value: PhpValue, file: string, line: number): PhpValue {
  if (typeof value === "string") return text(value, file, line);
  if (typeof value === "object" && value !== null && "kind" in value && value.kind === "stringable") {
    return text(value.value, file, line);
  }
  const collection = asCollection(value);
  if (collection !== undefined) return textCollection(collection, file);
  return value instanceof PhpArray ? textArray(value, file) : value;
}

/** One whose change could not be evaluated stays as it is: reading it throws the error. */
function textCollection(collection: PhpCollection, file: string): PhpValue {
  let items: PhpArray;
  try {
    ({ items } = collection);
  } catch (error) {
    if (error instanceof PhpConfigError) return collection;
    throw error;
  }
  return { kind: "collection", items: textArray(items, file) };
}

function textArray(value: PhpArray, file: string): PhpArray {
  const builder = new PhpArrayBuilder();
  for (const [key, entry] of value.entries()) {
    const { file: where = file, line: at } = entry.origin;
    builder.set(typeof key === "string" ? text(key, where, at) : key, textEntry(entry, where));
  }
  return builder.build();
}

function textEntry(entry: PhpEntry, file: string): PhpEntry {
  if (entry.error !== undefined) return entry;
  const { value, origin } = entry;
  if (typeof value === "string" && toText(value) === undefined) {
    return unreadableEntry(notText(file, origin.line), origin);
  }
  return { value: textValue(value, file, origin.line), origin };
}

function text(bytes: string, file: string, line: number): string {
  const result = toText(bytes);
  if (result === undefined) throw notText(file, line);
  return result;
}

function notText(file: string, line: number): PhpConfigError {
  return new PhpConfigError(file, line, "unsupported", "the value is not valid UTF-8 text");
}
