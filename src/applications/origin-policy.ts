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
    for (const { expression, part } of this.#patterns) {
      const subject = part === "origin" ? `${protocol}//${host}` : part === "host" ? host : hostname;
      if (subject !== "" && expression.test(subject)) return true;
    }
    return false;
  }
}

interface OriginPattern {
  readonly expression: RegExp;
  readonly part: "origin" | "host" | "hostname";
}

function compile(pattern: string): OriginPattern {
  const source = pattern.toLowerCase().split("*").map((text) => text.replace(/[.+?^${}()|[\]\\]/g, "\\$&"))
    .join(".*");
  const part = pattern.includes("://") ? "origin" : /:\d+$/.test(pattern) ? "host" : "hostname";
  return { expression: new RegExp(`^${source}$`, "su"), part };
}
