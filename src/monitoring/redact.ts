/** How many characters of a message the debug output shows. */
export const SHOWN_CHARACTERS = 200;

/** The name `auth` and its opening quote, escaped or not, in strings nested to any depth; the group is what escapes a quote there. */
const AUTH =
  /"(?:a|\\+u0061)(?:u|\\+u0075)(?:t|\\+u0074)(?:h|\\+u0068)\\*"(?:\s|\\+[nrt])*:(?:\s|\\+[nrt])*(\\*)"/gi;

/**
 * A message as the log may show it: cut at a sensible length, and with every `auth` value and every signature replaced,
 * also inside a JSON string inside the message.
 */
export function redact(message: string): string {
  // Twice the shown length is enough to find what must go, however long the message is.
  const safe = withoutSecrets(message, 2 * SHOWN_CHARACTERS + 200);
  return safe.length > SHOWN_CHARACTERS
    ? `${safe.slice(0, SHOWN_CHARACTERS)}… (${message.length} characters)`
    : safe;
}

/** The first characters of a message, `most` at the most, with every `auth` value and every signature in them replaced. */
export function withoutSecrets(message: string, most: number): string {
  const head = message.slice(0, most);
  const safe = withoutAuth(head).replace(/[0-9a-f]{32,}/gi, "…");
  // What the cut has left of a signature is too short to be known as one.
  return head.length < message.length ? safe.replace(/[0-9a-f]+$/i, "…") : safe;
}

function withoutAuth(text: string): string {
  let safe = "", at = 0;
  for (const match of text.matchAll(AUTH)) {
    // Inside a value that is gone already.
    if (match.index < at) continue;
    const start = match.index + match[0].length;
    safe += `${text.slice(at, start)}…`;
    at = endOfString(text, start, match[1]!.length);
  }
  return safe + text.slice(at);
}

/** Where a JSON string ends whose own quotes have `depth` backslashes before them: 0 in plain JSON, 1 in a string in it, then 3. */
function endOfString(text: string, start: number, depth: number): number {
  for (let quote = text.indexOf('"', start); quote !== -1; quote = text.indexOf('"', quote + 1)) {
    let backslashes = 0;
    while (quote - backslashes > start && text[quote - 1 - backslashes] === "\\") backslashes++;
    // A quote that belongs to the text has one escape more: each level of strings doubles the backslashes and adds one.
    if (backslashes % (2 * (depth + 1)) === depth) return quote - depth;
  }
  return text.length;
}
