import { RedisError } from "./reply.ts";
import type { Stream } from "./stream.ts";

/** The kinds of values, with how each is kept. */
export interface Values {
  readonly string: string;
  readonly list: string[];
  readonly set: Set<string>;
  readonly hash: Map<string, string>;
  readonly zset: Map<string, number>;
  readonly stream: Stream;
}

/** A kind of value, as TYPE names it. */
export type Kind = keyof Values;

interface Entry {
  readonly kind: Kind;
  value: Values[Kind];
  /** Millisecond of Redis's clock in which the key ends. */
  endsAt: number | undefined;
}

/** All keys of one Redis, with their ends. */
export class Keyspace {
  readonly #entries: Map<string, Entry>;
  readonly #now: () => number;

  /** @param now milliseconds of Redis's clock */
  constructor(now: () => number, entries: ReadonlyMap<string, Entry> = new Map()) {
    this.#now = now;
    this.#entries = new Map(entries);
  }

  /** Milliseconds of Redis's clock. */
  get time(): number {
    return this.#now();
  }

  /** A copy that shares nothing with this one. */
  copy(): Keyspace {
    const entries = Array.from(
      this.#entries,
      ([key, entry]) => [key, { ...entry, value: copyOf(entry.value) }] as const,
    );
    return new Keyspace(this.#now, new Map(entries));
  }

  /** The value of a key, `undefined` where there is none. Throws where it is of another kind. */
  find<K extends Kind>(key: string, kind: K): Values[K] | undefined {
    const entry = this.#entry(key);
    if (entry === undefined) return undefined;
    if (entry.kind !== kind) {
      throw new RedisError("WRONGTYPE Operation against a key holding the wrong kind of value");
    }
    return entry.value as Values[K];
  }

  /** As `find`, with a new value where there is none. */
  open<K extends Kind>(key: string, kind: K, make: () => Values[K]): Values[K] {
    const found = this.find(key, kind);
    if (found !== undefined) return found;
    const value = make();
    this.#entries.set(key, { kind, value, endsAt: undefined });
    return value;
  }

  /** Writes a text over what the key has. Without an end it stays. */
  setText(key: string, value: string, endsAt: number | undefined): void {
    this.#entries.set(key, { kind: "string", value, endsAt });
  }

  /** As `setText`, with the end that the key has. */
  keepText(key: string, value: string): void {
    this.setText(key, value, this.#entry(key)?.endsAt);
  }

  delete(key: string): boolean {
    return this.#entry(key) !== undefined && this.#entries.delete(key);
  }

  /** A collection without members is no key. */
  dropEmpty(key: string): void {
    const entry = this.#entry(key);
    if (entry === undefined || entry.kind === "string" || entry.kind === "stream") return;
    const { value } = entry as { value: string[] | Set<string> };
    if ((Array.isArray(value) ? value.length : value.size) === 0) this.#entries.delete(key);
  }

  kind(key: string): Kind | "none" {
    return this.#entry(key)?.kind ?? "none";
  }

  /** When a key ends; `undefined` where it does not, or there is none. */
  end(key: string): number | undefined {
    return this.#entry(key)?.endsAt;
  }

  /** Sets the end of a key. Answers with whether there is one. */
  expire(key: string, endsAt: number): boolean {
    const entry = this.#entry(key);
    if (entry !== undefined) entry.endsAt = endsAt;
    return entry !== undefined;
  }

  clear(): void {
    this.#entries.clear();
  }

  /** The keys that are there. */
  keys(): string[] {
    return [...this.#entries.keys()].filter((key) => this.#entry(key) !== undefined);
  }

  #entry(key: string): Entry | undefined {
    const entry = this.#entries.get(key);
    if (entry?.endsAt === undefined || entry.endsAt > this.#now()) return entry;
    this.#entries.delete(key);
    return undefined;
  }
}

function copyOf(value: Values[Kind]): Values[Kind] {
  if (typeof value === "string") return value;
  if (Array.isArray(value)) return [...value];
  if (value instanceof Set) return new Set(value);
  return value instanceof Map ? new Map<string, never>(value as Map<string, never>) : value.copy();
}
