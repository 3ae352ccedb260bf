/** The members of a JSON object. */
export type JsonObject = { readonly [member: string]: unknown };

/** The members of a JSON object; `undefined` for every other text. Never throws. */
export function parseObject(text: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isJsonObject(value) ? value : undefined;
  } catch {
    return undefined; // Not JSON, or nested too deeply for the parser.
  }
}

/** Whether a parsed value is an object, and not a list or null. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
