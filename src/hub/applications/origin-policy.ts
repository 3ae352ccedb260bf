/**
 * From where browsers may connect (`allowed_origins`). A pattern is matched as Laravel's `Str::is` does (`*` stands for any
 * text), against the host of the `Origin` header as Reverb does; a pattern with `://` against the whole origin, one with a
 * port against host and port.
 */
export class OriginPolicy {
  readonly #patterns: readonly OriginPattern[];
  readonly #allowsAll: boolean;

  constructor(patterns: readonly string[]) {
    this.#allowsAll = patterns.includes("*");
    this.#patterns = patterns.map(compile);
  }

  /** Whether a request with this `Origin` header (`null`: without one) may connect. Without a `*` it must have one. */
  allows(origin: string | null): boolean {
    if (this.#allowsAll) return true;
    if (origin === null || !URL.canParse(origin)) return false;
    const { protocol, host, hostname } = new URL(origin);
    for (const { texts, part } of this.#patterns) {
      const subject = part === "origin" ? `${protocol}//${host}` : part === "host" ? host : hostname;
      if (subject !== "" && matches(texts, subject)) return true;
    }
    return false;
  }
}

interface OriginPattern {
  /** What stands between the asterisks. */
  readonly texts: readonly string[];
  readonly part: "origin" | "host" | "hostname";
}

function compile(pattern: string): OriginPattern {
  const part = pattern.includes("://") ? "origin" : /:\d+$/.test(pattern) ? "host" : "hostname";
  return { texts: pattern.toLowerCase().split("*"), part };
}

/**
 * Whether the texts stand in the subject in their order, the first at its start and the last at its end. Not a regular
 * expression: several `.*` in one try every way to share a long host name out among them, and a client chooses that name.
 */
function matches(texts: readonly string[], subject: string): boolean {
  const first = texts[0]!, last = texts.at(-1)!;
  if (texts.length === 1) return subject === first;
  const end = subject.length - last.length;
  if (end < first.length || !subject.startsWith(first) || !subject.endsWith(last)) return false;
  let at = first.length;
  for (const text of texts.slice(1, -1)) {
    const found = subject.indexOf(text, at);
    if (found === -1) return false;
    at = found + text.length;
  }
  return at <= end;
}
