/** The members of a JSON object. */
export type JsonObject = { readonly [member: string]: unknown };

/** The value of a JSON text; `undefined` when it is not JSON. Never throws. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // Not JSON, or nested too deeply for the parser.
  }
}

/** The members of a JSON object; `undefined` for every other text. Never throws. */
export function parseObject(text: string): JsonObject | undefined {
  const value = parseJson(text);
  return isJsonObject(value) ? value : undefined;
}

/** Whether a parsed value is an object, and not a list or null. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
