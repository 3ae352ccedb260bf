import { CutConnection } from "./cut-connection.ts";
import type { RecoverableConnection } from "./recoverable-connection.ts";

/** A connection that has ended and cannot come back: its page has gone, or it has come back already. Known until then (milliseconds). */
interface Finished {
  readonly until: number;
  readonly origin?: undefined;
}

/** Bytes of an entry without positions. */
const NAME_BYTES = 160;

/**
 * The connections of one application by their names: open ones, those that were cut and may come back, and those that have ended. What
 * ended is forgotten after its time; beyond the bytes that it may take, what ended first.
 */
export class KnownNames {
  readonly #open = new Map<string, RecoverableConnection>();
  /** In the order in which they ended. */
  readonly #ended = new Map<string, CutConnection | Finished>();
  #bytes = 0;

  /** Bytes of what has ended. */
  get bytes(): number {
    return this.#bytes;
  }

  find(name: string): RecoverableConnection | CutConnection | Finished | undefined {
    return this.#open.get(name) ?? this.#ended.get(name);
  }

  opened(client: RecoverableConnection): void {
    this.#open.set(client.name, client);
  }

  /** An open connection has ended and may come back. */
  addCut(connection: CutConnection): void {
    this.#open.delete(connection.name);
    this.#forget(connection.name);
    this.#ended.set(connection.name, connection);
    this.#bytes += connection.bytes;
  }

  /** A connection has ended for good, or has come back under another name. */
  finish(name: string, until: number): void {
    this.#open.delete(name);
    this.#forget(name);
    this.#ended.set(name, { until });
    this.#bytes += NAME_BYTES;
  }

  /** Forgets what has ended so long ago that it cannot come back, and the oldest of the rest beyond so many bytes. */
  expire(now: number, maxBytes: number): void {
    for (const [name, ended] of this.#ended) {
      if (ended.until > now && this.#bytes <= maxBytes) return;
      this.#forget(name);
    }
  }

  open(): IterableIterator<RecoverableConnection> {
    return this.#open.values();
  }

  /** Those that were cut and may come back. It walks over all that have ended. */
  *cut(): IterableIterator<CutConnection> {
    for (const ended of this.#ended.values()) if (ended instanceof CutConnection) yield ended;
  }

  #forget(name: string): void {
    const ended = this.#ended.get(name);
    if (ended === undefined) return;
    this.#ended.delete(name);
    this.#bytes -= "bytes" in ended ? ended.bytes : NAME_BYTES;
  }
}
