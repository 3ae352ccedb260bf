/**
 * The origins from which browsers may connect (`allowed_origins`). A pattern is matched as by Laravel's `Str::is`: `*` stands for
 * any text. As in Reverb it is compared with the host of the `Origin` header. Beyond Reverb, a pattern with `://` is compared with
 * the whole origin, and one with a port with host and port.
 */
export class OriginPolicy {
  readonly #patterns: readonly OriginPattern[];
  readonly #allowsAll: boolean;

  constructor(patterns: readonly string[]) {
    this.#allowsAll = patterns.includes("*");
    this.#patterns = patterns.map(compile);
  }

  /** Whether a request with this `Origin` header may connect. One without the header (`null`) may only where the pattern `*` stands. */
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
  /** The texts between the asterisks. */
  readonly texts: readonly string[];
  /** What the pattern is compared with: `https://a.org:8443`, `a.org:8443` or `a.org`. */
  readonly part: "origin" | "host" | "hostname";
}

function compile(pattern: string): OriginPattern {
  const part = pattern.includes("://") ? "origin" : /:\d+$/.test(pattern) ? "host" : "hostname";
  return { texts: pattern.toLowerCase().split("*"), part };
}

/**
 * Whether the subject begins with the first text, ends with the last and has the others between them in their order. A regular
 * expression with several `.*` would take exponentially long for some host names, and the client chooses the host name.
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
