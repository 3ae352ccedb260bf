import { Latch } from "../channels/latch.ts";
import type { ClusterNames, NamedPlace } from "../cluster/cluster-names.ts";
import { CutConnection } from "./cut-connection.ts";
import { GONE, type KeptConnection, readKept, withAddition, writeKept } from "./kept-connection.ts";
import { OpenConnections } from "./open-connections.ts";
import type { RecoveredHub, RecoveryServices } from "./recovery-services.ts";
import { WriteRoom } from "./write-room.ts";

/** Milliseconds for which names may be on their way from another node. */
const EXPECTED = 150;
const SECOND = 1000;
/** Share of `max_bytes` that this node writes of connections within `seconds`, and bytes of one besides its text, about. */
const SHARE = 1 / 4, NAME_BYTES = 150;
/** Names in a second for which the other nodes are asked though none has written them. */
const MOST_ASKED = 1000;
/** Begins a text with the names of connections that a name stands for. */
const STANDS_FOR = "=";
/** Connections that were cut one after the other before they had answered. */
const MAX_DEPTH = 8;

/** A connection of another node whose state that node is asked for. */
interface Recall {
  readonly name: string;
  readonly answered: (isAlive: boolean) => void;
}

/** Who looks for connections. */
interface Search {
  /** Called for each of the names with what was found, `"gone"` for one that cannot come back. */
  readonly found: (name: string, kept: KeptConnection | "gone" | undefined) => void;
  /** Those of the names that are not found whose connections the nodes are asked for. */
  readonly unwritten?: (names: readonly string[]) => readonly string[];
}

/** What was found under a name: names that it stands for, or a connection. */
type Found = readonly string[] | KeptConnection | "gone" | undefined;

/**
 * Connections that may come back to another node, and those of other nodes that may come back to this one: what is known of each is kept
 * where all nodes find it, at a cut at once, and of open ones once a second what has changed. What clients can make this node write so
 * is bounded.
 */
export class Abroad {
  readonly #hub: RecoveredHub;
  readonly #services: RecoveryServices;
  /** What is known of open connections. */
  readonly open: OpenConnections;
  readonly #room: WriteRoom;
  /** For questions about names that no node has written. */
  readonly #asked: WriteRoom;
  readonly #recalls = new Set<Recall>();

  constructor(hub: RecoveredHub, services: RecoveryServices) {
    this.#hub = hub;
    this.#services = services;
    this.#room = new WriteRoom(services.now);
    this.#asked = new WriteRoom(services.now);
    this.open = new OpenConnections({
      services,
      names: () => hub.cluster.log?.isUp === true ? hub.cluster.log.names : undefined,
      seconds: () => this.#seconds,
      takeRoom: (bytes) => this.#takeRoom(bytes),
    });
  }

  /** Whether a connection may come back to another node. */
  get isShared(): boolean {
    return this.#hub.cluster.log !== undefined;
  }

  /** A connection was cut. `isKept`: the same room was taken for it when it was open. */
  cut({ name, origin, socketIds, users, ids, positions }: CutConnection, isKept: boolean): void {
    const text = writeKept({ origin, socketIds, users, ids: idsOf(ids, positions.keys()), isOpen: false });
    this.#keep(name, text, isKept);
  }

  /**
   * A connection cannot come back: it has come back already, or its page has gone. `named`: it had not answered, and by its name the
   * client of these comes back. `isKept` as in `cut`.
   */
  gone(name: string, isKept: boolean, named: readonly string[] = []): void {
    this.#keep(name, named.length === 0 ? GONE : STANDS_FOR + named.join(" "), isKept && named.length === 0);
  }

  #keep(name: string, text: string, isKept: boolean): void {
    if (isKept || this.#takeRoom(text.length)) this.#hub.cluster.log?.names.keep(name, text, this.#seconds);
  }

  /** Takes room for a text; false where clients have used up what this node may write of them. */
  #takeRoom(length: number): boolean {
    const { maxBytes, seconds } = this.#hub.application.settings.recovery;
    return this.#room.take(length + NAME_BYTES, maxBytes * SHARE, seconds);
  }

  /**
   * Looks for connections that other nodes know. The latch opens when all were looked for, or Redis has not answered in time
   * (`Cluster.patience`); it opens later by twice that time at most where nodes are asked for names that they may not have written yet.
   */
  find(names: readonly string[], search: Search, depth = 0): Latch {
    const known = new Latch(), { log, patience } = this.#hub.cluster;
    const end = (all: readonly Found[]): void => {
      if (known.isOpen) return;
      const meant = new Set<string>();
      names.forEach((name, index) => {
        const one = all[index];
        if (Array.isArray(one)) { for (const each of one) meant.add(each); }
        else search.found(name, one as Exclude<Found, readonly string[]>);
      });
      const further = [...meant].filter((name) => !names.includes(name));
      if (further.length === 0 || depth === MAX_DEPTH) known.open();
      else this.find(further, search, depth + 1).whenOpen(() => known.open());
    };
    const alive = new Set<string>();
    // What the last look has found, which counts where the next one has no answer in time.
    let latest: readonly Found[] = [];
    const look = (isLast: boolean): void => {
      if (log === undefined) return end([]);
      let isRead = false;
      this.#services.after(patience, () => {
        if (!isRead) end(latest);
      });
      const read = (all: readonly Found[] = latest): void => {
        isRead = true;
        latest = all;
        const missing = names.filter((_, index) => all[index] === undefined);
        if (isLast || missing.length === 0 || all.length === 0) {
          return end(names.map((name, index) => all[index] ?? (alive.has(name) ? "gone" : undefined)));
        }
        const unwritten = search.unwritten?.(missing).filter(() => this.#mayAsk()) ?? [];
        // A node may be about to notice that a connection was cut that it has told nothing of yet.
        if (unwritten.length === 0) return this.#services.after(EXPECTED, () => look(true));
        let asked = unwritten.length;
        for (const name of unwritten) {
          this.recall(name, (isAlive) => {
            if (isAlive) alive.add(name);
            if (--asked === 0) look(true);
          });
        }
      };
      void readNames(log.names, names).then(read, () => read());
    };
    look(false);
    return known;
  }

  /** Whether a node may be asked for a name that no node has written: clients can make up names. */
  #mayAsk(): boolean {
    return this.#asked.take(1, MOST_ASKED, 1);
  }

  /** Asks the node that has an open connection whether it is alive. Calls back after twice `Cluster.patience` at most: as not alive. */
  recall(name: string, answered: (isAlive: boolean) => void): void {
    const recall: Recall = {
      name,
      answered: (isAlive) => {
        if (this.#recalls.delete(recall)) answered(isAlive);
      },
    };
    this.#recalls.add(recall);
    const { log, patience } = this.#hub.cluster;
    log?.names.recall(this.#hub.application.id, name);
    this.#services.after(2 * patience, () => recall.answered(false));
  }

  /** A node has answered. */
  recallAnswered(name: string, isAlive: boolean): void {
    for (const recall of [...this.#recalls]) if (recall.name === name) recall.answered(isAlive);
  }

  /** Answers another node that has asked for a connection. */
  answerRecall(name: string, isAlive: boolean): void {
    this.#hub.cluster.log?.names.answerRecall(this.#hub.application.id, name, isAlive);
  }

  /** A connection of another node that may come back to this one. */
  cutOf(name: string, { origin, socketIds, users, ids, isOpen }: KeptConnection): CutConnection {
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
      // Its node has died: what it has begun within its last second or two is not known.
      isUnsure: isOpen,
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

/** What is kept under names, with what nodes have added; `undefined` where it cannot be read. */
async function readNames(
  store: ClusterNames,
  names: readonly string[],
): Promise<readonly Found[] | undefined> {
  const texts = await store.find(names);
  const all = texts?.map((text): Found => {
    if (text === undefined) return undefined;
    if (text.startsWith(STANDS_FOR)) return text.slice(STANDS_FOR.length).split(" ");
    return text === GONE ? "gone" : readKept(text);
  });
  const open: NamedPlace[] = [], kept: KeptConnection[] = [];
  all?.forEach((one, index) => {
    if (typeof one !== "object" || !("place" in one) || one.place === undefined) return;
    open.push([one.place, names[index]!]);
    kept.push(one);
  });
  if (open.length === 0) return all;
  const additions = await store.additions(open) ?? [];
  return all?.map((one) => {
    const index = kept.findIndex((each) => each === one);
    return index === -1 ? one : withAddition(kept[index]!, additions[index]);
  });
}
