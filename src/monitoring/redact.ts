/** How many characters of a message the debug output shows. */
export const SHOWN_CHARACTERS = 200;

/** The name `auth` with the opening quote of its value, in any escapes and at any depth of strings. The group has the backslashes before a quote there. */
const AUTH =
  /"(?:a|\\+u0061)(?:u|\\+u0075)(?:t|\\+u0074)(?:h|\\+u0068)\\*"(?:\s|\\+[nrt])*:(?:\s|\\+[nrt])*(\\*)"/gi;

/**
 * A message as the log may show it: cut to {@link SHOWN_CHARACTERS}, with every `auth` value and every signature replaced, also
 * inside of JSON strings in the message.
 */
export function redact(message: string): string {
  // Replacing makes a text shorter, so more characters are searched than shown; the rest of a long message is not searched.
  const safe = withoutSecrets(message, 2 * SHOWN_CHARACTERS + 200);
  return safe.length > SHOWN_CHARACTERS
    ? `${safe.slice(0, SHOWN_CHARACTERS)}… (${message.length} characters)`
    : safe;
}

/** At most the first `most` characters of a message, with every `auth` value and every signature in them replaced. */
export function withoutSecrets(message: string, most: number): string {
  const head = message.slice(0, most);
  const safe = withoutAuth(head).replace(/[0-9a-f]{32,}/gi, "…");
  // The cut may have left a part of a signature that is too short to be found by its length.
  return head.length < message.length ? safe.replace(/[0-9a-f]+$/i, "…") : safe;
}

function withoutAuth(text: string): string {
  let safe = "", at = 0;
  for (const match of text.matchAll(AUTH)) {
    // A match inside of a value that is replaced already.
    if (match.index < at) continue;
    const start = match.index + match[0].length;
    safe += `${text.slice(at, start)}…`;
    at = endOfString(text, start, match[1]!.length);
  }
  return safe + text.slice(at);
}

/** The end of a JSON string whose quotes have `depth` backslashes before them: 0 in plain JSON, 1 in a string in it, then 3. */
function endOfString(text: string, start: number, depth: number): number {
  for (let quote = text.indexOf('"', start); quote !== -1; quote = text.indexOf('"', quote + 1)) {
    let backslashes = 0;
    while (quote - backslashes > start && text[quote - 1 - backslashes] === "\\") backslashes++;
    // Each level of strings doubles the backslashes and adds one. So a quote that belongs to the text has more of them than `depth`.
    if (backslashes % (2 * (depth + 1)) === depth) return quote - depth;
  }
  return text.length;
}
