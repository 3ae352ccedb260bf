import { Latch } from "../channels/latch.ts";
import type { ClusterNames, NamedPlace } from "../cluster/cluster-names.ts";
import { readConnectionName } from "./connection-name.ts";
import { CutConnection } from "./cut-connection.ts";
import { GONE, type KeptConnection, readKept, withAddition, writeKept } from "./kept-connection.ts";
import { OpenConnections } from "./open-connections.ts";
import type { RecoveredHub, RecoveryServices } from "./recovery-services.ts";
import { WriteRoom } from "./write-room.ts";

/** Milliseconds between two looks for names that may be on their way from another node, and that the last look has. */
const LOOK = 150, LAST = 850;
/** Seconds for which a name is new: a node has perhaps told nothing of it yet, since it does so once a second. */
const NEW = 10;
const SECOND = 1000;
/** Share of `max_bytes` that this node writes of connections within `seconds`, and bytes of one besides its text, about. */
const SHARE = 1 / 4, NAME_BYTES = 150;
/** Begins a text with the names of connections that a name stands for. */
const STANDS_FOR = "=";
/** Connections that were cut one after the other before they had answered. */
const MAX_DEPTH = 8;

/** A connection of another node whose state that node is asked for. */
interface Recall {
  readonly name: string;
  readonly answered: (isAlive: boolean) => void;
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
  readonly #recalls = new Set<Recall>();

  constructor(hub: RecoveredHub, services: RecoveryServices) {
    this.#hub = hub;
    this.#services = services;
    this.#room = new WriteRoom(services.now);
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
   * Looks for connections that other nodes know. Calls back for each of the names with what was found, `"gone"` for one that cannot come
   * back; the latch opens when all were looked for, or `Cluster.patience` is over.
   */
  find(
    names: readonly string[],
    found: (name: string, kept: KeptConnection | "gone" | undefined) => void,
    depth = 0,
  ): Latch {
    const known = new Latch(), { log, patience } = this.#hub.cluster;
    const end = (all: readonly Found[]): void => {
      if (known.isOpen) return;
      const meant = new Set<string>();
      names.forEach((name, index) => {
        const one = all[index];
        if (Array.isArray(one)) { for (const each of one) meant.add(each); }
        else found(name, one as Exclude<Found, readonly string[]>);
      });
      const further = [...meant].filter((name) => !names.includes(name));
      if (further.length === 0 || depth === MAX_DEPTH) known.open();
      else this.find(further, found, depth + 1).whenOpen(() => known.open());
    };
    this.#services.after(patience, () => end([]));
    const most = Math.floor((patience - LAST) / LOOK);
    const look = (again: number): void => {
      if (log === undefined) return end([]);
      void readNames(log.names, names).then((all) => {
        const missing = names.filter((_, index) => all !== undefined && all[index] === undefined);
        // A node may be about to notice that a connection was cut that it has told nothing of yet.
        const mayCome = missing.length > 0 && again < (missing.some((each) => this.#isNew(each)) ? most : 1);
        if (!mayCome) return end(all ?? []);
        this.#services.after(LOOK, () => look(again + 1));
      }, () => end([]));
    };
    look(0);
    return known;
  }

  #isNew(name: string): boolean {
    const { madeAt = 0 } = readConnectionName(name) ?? {};
    return this.#services.wallClock() / SECOND - madeAt < NEW;
  }

  /** Asks the node that has an open connection whether it is alive. Calls back after twice `Cluster.patience` at most: then it counts as one that is not. */
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
