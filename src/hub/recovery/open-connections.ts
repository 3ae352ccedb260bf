import type { ClusterNames } from "../cluster/cluster-names.ts";
import { type KeptConnection, versionOf, writeAddition, writeKept } from "./kept-connection.ts";
import type { RecoverableConnection } from "./recoverable-connection.ts";
import type { RecoveryServices } from "./recovery-services.ts";

const SECOND = 1000;

/** Turns in a second in which connections are written, milliseconds between them, and connections in one at least and at most. */
const TURNS = 18, PAUSE = 50, LEAST = 500, MOST = 2000;

/** What was kept of an open connection, and when. */
interface Saved {
  /** The number that it had acknowledged. */
  number: number;
  /** Milliseconds when its text was written. */
  at: number;
  /** Its channels. */
  version: number;
  /** Whether the events before that number may have got their ids since. */
  isFresh: boolean;
}

/** What {@link OpenConnections} needs. */
export interface OpenConnectionsParts {
  readonly names: () => ClusterNames | undefined;
  /** Seconds for which a connection may come back. */
  readonly seconds: () => number;
  /** Takes room for a text of so many bytes; false where there is none. */
  readonly takeRoom: (bytes: number) => boolean;
  readonly services: Pick<RecoveryServices, "after" | "now">;
}

/**
 * Keeps once a second where all nodes find it what has arrived at open connections, as far as that has changed: so a node that dies
 * leaves it behind. The text of a connection has all that seldom changes; what it has acknowledged is an addition. What there is to write
 * is spread over the second, so that neither this node nor Redis is busy with it for long.
 */
export class OpenConnections {
  readonly #parts: OpenConnectionsParts;
  readonly #saved = new Map<RecoverableConnection, Saved>();
  /** Those whose turn has not come within their second: the first in the next. */
  #left: readonly RecoverableConnection[] = [];
  #ended: string[] = [];
  #period = 0;

  constructor(parts: OpenConnectionsParts) {
    this.#parts = parts;
  }

  /** A connection has ended. Returns whether there is a text of it. */
  ended(client: RecoverableConnection): boolean {
    const isKept = this.#saved.delete(client);
    if (isKept) this.#ended.push(client.name);
    return isKept;
  }

  /**
   * Called every second. `describe` says what is known of a connection, `undefined` of one that has ended. Those that have not answered
   * are kept too, so that no handshake of another tab takes the name out of the jar.
   */
  tick(
    open: Iterable<RecoverableConnection>,
    describe: (client: RecoverableConnection) => KeptConnection | undefined,
  ): void {
    const names = this.#parts.names(), { after } = this.#parts.services, ended = this.#ended;
    this.#ended = [];
    if (names === undefined) return;
    names.end(ended);
    if (names.period !== this.#period) {
      this.#period = names.period;
      this.#saved.clear();
    }
    const due = this.#due(open), size = Math.min(MOST, Math.max(LEAST, Math.ceil(due.length / TURNS)));
    for (let turn = 0; turn < TURNS && turn * size < due.length; turn++) {
      const part = due.slice(turn * size, (turn + 1) * size);
      if (turn === 0) this.#save(names, part, describe);
      else after(turn * PAUSE, () => this.#save(names, part, describe));
    }
    this.#left = due.slice(TURNS * size);
  }

  #due(open: Iterable<RecoverableConnection>): readonly RecoverableConnection[] {
    const now = this.#parts.services.now(), renewed = now - this.#parts.seconds() * SECOND;
    const due = new Set(this.#left);
    for (const client of open) {
      const saved = this.#saved.get(client);
      if (saved?.number === client.acknowledged && !saved.isFresh && saved.at > renewed) continue;
      due.add(client);
    }
    return [...due];
  }

  #save(
    names: ClusterNames,
    part: readonly RecoverableConnection[],
    describe: (client: RecoverableConnection) => KeptConnection | undefined,
  ): void {
    const now = this.#parts.services.now(), seconds = this.#parts.seconds(), kept = 2 * seconds + 1;
    const additions: (readonly [name: string, text: string])[] = [];
    for (const client of part) {
      const known = describe(client);
      if (known === undefined) continue;
      const { acknowledged, name } = client, version = versionOf(known.ids), saved = this.#saved.get(client);
      const isNew = saved?.version !== version, isFresh = saved?.number !== acknowledged;
      if (saved !== undefined && !isNew && now < saved.at + seconds * SECOND) {
        additions.push([name, writeAddition(version, known.ids)]);
        saved.number = acknowledged;
        saved.isFresh = isFresh;
        continue;
      }
      const text = writeKept({ ...known, place: names.place, version });
      // Without room its node's death is a gap for the client, which is told.
      if (isNew && !this.#parts.takeRoom(text.length)) continue;
      names.keep(name, text, kept);
      this.#saved.set(client, { number: acknowledged, at: now, version, isFresh });
    }
    names.add(additions, kept);
  }
}
