/** How many characters of a message the debug output shows. */
export const SHOWN_CHARACTERS = 200;

/**
 * A message as the log may show it: cut at a sensible length, and with every `auth` value and every signature replaced,
 * also inside a JSON string inside the message.
 */
export function redact(message: string): string {
  // Twice the shown length is enough to find what must go, however long the message is.
  const head = message.slice(0, 2 * SHOWN_CHARACTERS + 200);
  const safe = head
    .replace(/(\\*"auth\\*"\s*:\s*\\*")(?:[^"\\]|\\u[0-9a-fA-F]{4}|\\\/)*/g, "$1…")
    .replace(/[0-9a-fA-F]{32,}/g, "…");
  return safe.length > SHOWN_CHARACTERS
    ? `${safe.slice(0, SHOWN_CHARACTERS)}… (${message.length} characters)`
    : safe;
}
