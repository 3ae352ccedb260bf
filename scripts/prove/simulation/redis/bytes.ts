const BEYOND_ASCII = /[^\0-\x7f]/;

/** A text as Redis has it: a character for each byte of its UTF-8. */
export function toBytes(text: string): string {
  return BEYOND_ASCII.test(text) ? Buffer.from(text, "utf8").toString("latin1") : text;
}

/** The other way round, also for all texts of an answer. */
export function toText(value: unknown): unknown {
  if (typeof value === "string") {
    return BEYOND_ASCII.test(value) ? Buffer.from(value, "latin1").toString("utf8") : value;
  }
  return Array.isArray(value) ? value.map(toText) : value;
}
