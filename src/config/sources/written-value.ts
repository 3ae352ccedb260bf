/** A value as somebody wrote it, before validation, and where. */
export interface WrittenValue {
  /** A string, number, boolean, null, list or record; `null` and the empty text count as not written. */
  readonly value: unknown;
  /** Begins every message about it: `.env:7 REVERB_SERVER_PORT`, `config/reverb.php:34 servers.reverb.port`, `--port`. */
  readonly place: string;
}

/** Names a written value in a message. A secret is only measured; texts are quoted so that control characters show. */
export function describeValue(value: unknown, secret: boolean): string {
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (value === null || value === undefined) return "nothing";
  if (typeof value === "object") return "a table";
  if (typeof value === "function") return "something that is no text, number or list";
  if (secret) return typeof value === "string" ? `a text of ${value.length} characters` : `a ${typeof value}`;
  if (typeof value !== "string") return String(value);
  return JSON.stringify(value.length > 100 ? `${value.slice(0, 100)}…` : value);
}
