import { CutConnection } from "./cut-connection.ts";
import { RecoverableConnection } from "./recoverable-connection.ts";

/** A connection that has ended and has no positions: its page has gone, or it has come back already, or it has never answered. */
interface Finished {
  /** Known until then (milliseconds). */
  readonly until: number;
  /** The names that its handshake brought, where it was cut before it had answered: its own name means them too. */
  readonly standsFor: readonly string[];
}

/** Whether a client may come back by the name of a connection, or by one that it stands for. */
export function canComeBack(one: RecoverableConnection | CutConnection | Finished): boolean {
  if (one instanceof RecoverableConnection) return true;
  return one instanceof CutConnection ? !one.isTaken : one.standsFor.length > 0;
}

/** Bytes of an entry without positions. */
const NAME_BYTES = 160;

/** Names that one handshake can mean, with those that they stand for. */
const MAX_MEANT = 64;

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

  /** A connection has ended for good, or has come back under another name; or it was a return that was cut before its first answer. */
  finish(name: string, until: number, standsFor: readonly string[] = []): void {
    this.#open.delete(name);
    this.#forget(name);
    const ended = { until, standsFor };
    this.#ended.set(name, ended);
    this.#bytes += bytesOf(ended);
  }

  /** Nothing is known of a connection that has ended. */
  drop(name: string): void {
    this.#open.delete(name);
    this.#forget(name);
  }

  /** A connection that was cut may come back for longer. */
  renew(cut: CutConnection, until: number): void {
    this.addCut(cut);
    cut.until = Math.max(cut.until, until);
  }

  /** Names, with those that they stand for. What has ended and stands for others is not among them. */
  meant(names: readonly string[]): ReadonlySet<string> {
    const meant = new Set<string>(), seen = new Set<string>(), next = [...names];
    for (let name = next.shift(); name !== undefined && seen.size < MAX_MEANT; name = next.shift()) {
      if (seen.has(name)) continue;
      seen.add(name);
      const known = this.find(name);
      const others = known instanceof RecoverableConnection
        ? known.back?.named ?? []
        : known !== undefined && "standsFor" in known
        ? known.standsFor
        : [];
      next.push(...others);
      if (others.length === 0 || known instanceof RecoverableConnection) meant.add(name);
    }
    return meant;
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
    this.#bytes -= bytesOf(ended);
  }
}

function bytesOf(ended: CutConnection | Finished): number {
  return ended instanceof CutConnection ? ended.bytes : NAME_BYTES * (1 + ended.standsFor.length);
}
