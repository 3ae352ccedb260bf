import { Latch } from "../channels/latch.ts";
import { CutConnection } from "./cut-connection.ts";
import { GONE, type KeptConnection, readKept, writeKept } from "./kept-connection.ts";
import type { RecoverableConnection } from "./recoverable-connection.ts";
import type { RecoveredHub, RecoveryServices } from "./recovery-services.ts";

/** Milliseconds that subscriptions wait for Redis, and for a node that has to say whether a connection is alive. */
const PATIENCE = 1000, NODE_PATIENCE = 2000;
/** Milliseconds for which names may be on their way from another node. */
const EXPECTED = 150;
const SECOND = 1000;
/** Begins a text with the names of connections that a name stands for. */
const STANDS_FOR = "=";
/** Connections that were cut one after the other before they had answered. */
const MAX_DEPTH = 8;

/** What was kept of an open connection, and when. */
interface Saved {
  /** The number that it had acknowledged. */
  number: number;
  at: number;
  /** Whether the events before that number may have got their ids since. */
  isFresh: boolean;
}

/** A connection of another node whose state that node is asked for. */
interface Recall {
  readonly name: string;
  readonly answered: (isAlive: boolean) => void;
}

/**
 * Connections that may come back to another node, and those of other nodes that may come back to this one: what is known of each is kept
 * where all nodes find it, at a cut at once, and of open ones once a second what has changed.
 */
export class Abroad {
  readonly #hub: RecoveredHub;
  readonly #services: RecoveryServices;
  readonly #saved = new Map<RecoverableConnection, Saved>();
  readonly #recalls = new Set<Recall>();

  constructor(hub: RecoveredHub, services: RecoveryServices) {
    this.#hub = hub;
    this.#services = services;
  }

  /** Whether a connection may come back to another node. */
  get isShared(): boolean {
    return this.#hub.cluster.log !== undefined;
  }

  /** A connection was cut. */
  cut({ name, origin, socketIds, users, ids, positions }: CutConnection): void {
    const text = writeKept({ origin, socketIds, users, ids: idsOf(ids, positions.keys()), isOpen: false });
    this.#hub.cluster.log?.keep(name, text, this.#seconds);
  }

  /**
   * A connection cannot come back: it has come back already, or its page has gone. `named`: it had not answered, and by its name the
   * client of these comes back.
   */
  gone(name: string, named: readonly string[] = []): void {
    const text = named.length === 0 ? GONE : STANDS_FOR + named.join(" ");
    this.#hub.cluster.log?.keep(name, text, this.#seconds);
  }

  /** A connection has ended. */
  ended(client: RecoverableConnection): void {
    this.#saved.delete(client);
  }

  /**
   * Called every second: keeps what has changed of open connections. `describe` says what is known of one. Of those that have not
   * answered too, so that no handshake of another tab takes the name out of the jar.
   */
  save(
    open: Iterable<RecoverableConnection>,
    now: number,
    describe: (client: RecoverableConnection) => KeptConnection | undefined,
  ): void {
    const { log } = this.#hub.cluster, seconds = this.#seconds;
    if (log === undefined) return;
    for (const client of open) {
      const saved = this.#saved.get(client), { acknowledged } = client;
      if (saved?.number === acknowledged && !saved.isFresh && now < saved.at + seconds * SECOND) continue;
      const kept = describe(client);
      if (kept === undefined) continue;
      this.#saved.set(client, { number: acknowledged, at: now, isFresh: saved?.number !== acknowledged });
      log.keep(client.name, writeKept(kept), 2 * seconds + 1);
    }
  }

  /**
   * Looks for connections that other nodes know. Calls back for each of the names with what was found, `"gone"` for one that cannot come
   * back; the latch opens when all were looked for, after a second at most.
   */
  find(
    names: readonly string[],
    found: (name: string, kept: KeptConnection | "gone" | undefined) => void,
    depth = 0,
  ): Latch {
    const known = new Latch(), { log } = this.#hub.cluster;
    const end = (texts: readonly (string | undefined)[] | undefined): void => {
      if (known.isOpen) return;
      const meant = new Set<string>();
      names.forEach((name, index) => {
        const text = texts?.[index];
        if (text?.startsWith(STANDS_FOR) === true) {
          for (const each of text.slice(STANDS_FOR.length).split(" ")) meant.add(each);
        } else found(name, text === GONE ? "gone" : text === undefined ? undefined : readKept(text));
      });
      const further = [...meant].filter((name) => !names.includes(name));
      if (further.length === 0 || depth === MAX_DEPTH) known.open();
      else this.find(further, found, depth + 1).whenOpen(() => known.open());
    };
    this.#services.after(PATIENCE, () => end(undefined));
    const look = (isLast: boolean): void => {
      if (log === undefined) return end(undefined);
      void log.find(names).then((texts) => {
        // A node may be about to notice that a connection was cut that it has told nothing of yet.
        if (isLast || texts?.includes(undefined) !== true) return end(texts);
        this.#services.after(EXPECTED, () => look(true));
      }, () => end(undefined));
    };
    look(false);
    return known;
  }

  /** Asks the node that has an open connection whether it is alive. Calls back after 2 s at most: then it counts as one that is not. */
  recall(name: string, answered: (isAlive: boolean) => void): void {
    const recall: Recall = {
      name,
      answered: (isAlive) => {
        if (this.#recalls.delete(recall)) answered(isAlive);
      },
    };
    this.#recalls.add(recall);
    this.#hub.cluster.log?.recall(this.#hub.application.id, name);
    this.#services.after(NODE_PATIENCE, () => recall.answered(false));
  }

  /** A node has answered. */
  recallAnswered(name: string, isAlive: boolean): void {
    for (const recall of [...this.#recalls]) if (recall.name === name) recall.answered(isAlive);
  }

  /** Answers another node that has asked for a connection. */
  answerRecall(name: string, isAlive: boolean): void {
    this.#hub.cluster.log?.answerRecall(this.#hub.application.id, name, isAlive);
  }

  /** A connection of another node that may come back to this one. */
  cutOf(name: string, { origin, socketIds, users, ids }: KeptConnection): CutConnection {
    const positions = new Map(ids.map(([channel]) => [channel, -1]));
    const until = this.#services.now() + this.#seconds * SECOND;
    const known = new Map(ids.filter(([, id]) => id !== ""));
    return new CutConnection({
      name,
      origin,
      socketIds,
      users,
      positions,
      ids: known,
      before: new Map(),
      until,
    });
  }

  get #seconds(): number {
    return this.#hub.application.settings.recovery.seconds;
  }
}

/** As `KeptConnection.ids`. */
export function idsOf(
  ids: ReadonlyMap<string, string>,
  channels: Iterable<string>,
): readonly (readonly [channel: string, id: string])[] {
  return Array.from(channels, (channel) => [channel, ids.get(channel) ?? ""] as const);
}
