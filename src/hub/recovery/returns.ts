import type { Connection } from "../connections/connection.ts";
import { USER_CHANNEL_PREFIX } from "../../protocol/channel-name.ts";
import { Abroad, idsOf } from "./abroad.ts";
import { Claim } from "./claim.ts";
import {
  type ConnectionName,
  makeConnectionName,
  namesInJar,
  namesToDelete,
  type NameWorth,
  newestNames,
  readConnectionName,
} from "./connection-name.ts";
import { CutConnection } from "./cut-connection.ts";
import { type HalfOpen, settle } from "./half-open.ts";
import { Latch } from "../channels/latch.ts";
import type { KeptConnection } from "./kept-connection.ts";
import { HeldPlaces } from "./held-places.ts";
import { KnownNames } from "./known-names.ts";
import type { LogBook } from "./log-book.ts";
import { mayReturn } from "./may-return.ts";
import { RecoverableConnection } from "./recoverable-connection.ts";
import { OtherNodes } from "./other-nodes.ts";
import type { SavedCut, SavedEntry } from "./recovery-state.ts";
import type { RecoveredHub, RecoveryServices } from "./recovery-services.ts";

/** How a new connection is named, and which it may be the return of. */
export interface Naming {
  readonly name: string;
  /** Names that the handshake brought, of connections of this application. */
  readonly named: readonly string[];
  /** Names that the answer takes out of the client's jar. */
  readonly deleted: readonly string[];
}

/** Share of `max_bytes` that connections which may come back can take; the rest is for events. */
const SHARE = 1 / 4;

const SECOND = 1000;

/** Which connections were cut and may come back, and which new one is the return of which. */
export class Returns {
  readonly #hub: RecoveredHub;
  readonly #logs: LogBook;
  readonly #halfOpen: HalfOpen;
  readonly #services: RecoveryServices;
  readonly #abroad: Abroad;
  readonly #names = new KnownNames();
  readonly #origins = new SameTexts();
  readonly others: OtherNodes;
  /** Those that are held now. */
  readonly #places = new Set<HeldPlaces>();

  constructor(
    hub: RecoveredHub,
    logs: LogBook,
    halfOpen: HalfOpen,
    abroad: Abroad,
    services: RecoveryServices,
  ) {
    this.#abroad = abroad;
    this.#hub = hub;
    this.#logs = logs;
    this.#halfOpen = halfOpen;
    this.#services = services;
    this.others = new OtherNodes(hub, logs, this.#names, services);
  }

  /** Bytes of the connections that may come back. */
  get bytes(): number {
    return this.#names.bytes;
  }

  /** The open connections that may come back after a cut. */
  open(): IterableIterator<RecoverableConnection> {
    return this.#names.open();
  }

  /**
   * Names the connection of a handshake. `jar` is its `Cookie` header, `resume` the name in its query; `knowsAll`: no other node can
   * know a name that is unknown here.
   */
  name(jar: string | null, resume: string | null, knowsAll: boolean): Naming {
    const { wallClock, randomName, now } = this.#services, seconds = wallClock() / SECOND;
    const tag = this.#tag, time = now();
    const inJar = namesInJar(jar, tag);
    const asked = resume === null ? undefined : readConnectionName(resume);
    const named: readonly ConnectionName[] = asked === undefined
      ? newestNames(inJar)
      : asked.tag === tag
      ? [asked]
      : [];
    const worthOf = (name: string): NameWorth => {
      const known = this.#names.find(name);
      if (known === undefined) return knowsAll ? "forgotten" : "unknown";
      if (known instanceof RecoverableConnection) return "claimable";
      if (known.until <= time) return "forgotten";
      return known instanceof CutConnection || known.standsFor.length > 0 ? "claimable" : "ended";
    };
    return {
      name: makeConnectionName(tag, seconds, randomName()),
      named: named.map(({ text }) => text),
      deleted: namesToDelete(inJar, seconds, worthOf),
    };
  }

  /** A connection is established. */
  opened(connection: Connection, { name, named }: Naming, origin: string | null): RecoverableConnection {
    const client = new RecoverableConnection(name, this.#origins.same(origin), connection);
    this.#names.opened(client);
    const now = this.#services.now(), open: RecoverableConnection[] = [];
    const claim = new Claim(now + this.#hub.application.settings.recovery.seconds * SECOND);
    const meant = this.#names.meant(named);
    const unknown: string[] = [];
    let known = 0;
    for (const each of meant) {
      const one = this.#names.find(each);
      if (one === undefined || "until" in one && one.until <= now) {
        unknown.push(each);
        continue;
      }
      known++;
      if (one instanceof RecoverableConnection) {
        if (one.origin === origin) open.push(one);
      } else this.#claim(one, claim, origin);
    }
    if (named.length === 0) return client;
    const back = client.returning;
    back.named = [...meant];
    back.isStranger = known === 0;
    back.check = this.#halfOpen.check(open, (one) => {
      this.#claim(this.#names.find(one.name), claim, origin);
      // One that never answered was none that the client knows of: the answer to its handshake was lost.
      if (!one.hasAnswered && --known === 0) back.isStranger = true;
    });
    back.claim = claim;
    back.expected = this.others.expect(unknown, (name) => {
      const cut = this.#names.find(name);
      if (!(cut instanceof CutConnection) || cut.origin !== origin) return;
      claim.add(cut);
      known++;
      back.isStranger = false;
    });
    this.#lookAbroad(client, back.named, claim, origin);
    return client;
  }

  #claim(one: ReturnType<KnownNames["find"]>, claim: Claim, origin: string | null): void {
    if (one instanceof CutConnection && !one.isTaken && one.origin === origin) claim.add(one);
  }

  /** Asks the other nodes for the connections that a handshake has named, unless they are open here or cannot come back. */
  #lookAbroad(
    client: RecoverableConnection,
    named: readonly string[],
    claim: Claim,
    origin: string | null,
  ): void {
    const unsure = this.#abroad.isShared
      ? named.filter((name) => {
        const one = this.#names.find(name);
        return one === undefined || one instanceof CutConnection;
      })
      : [];
    if (unsure.length === 0) return;
    const back = client.returning;
    back.lookup = this.#abroad.find(unsure, (name, kept) => {
      const one = this.#names.find(name);
      if (kept === "gone") {
        // It has come back to another node.
        if (one instanceof CutConnection) this.#names.finish(name, one.until);
        claim.remove(name);
        back.isStranger = false;
      } else if (one === undefined && kept !== undefined) {
        back.isStranger = false;
        if (kept.origin !== origin) return;
        if (kept.isOpen) this.#recall(client, name, kept, claim);
        else claim.add(this.#abroad.cutOf(name, kept));
      } else if (one instanceof CutConnection) {
        back.isStranger = false;
        this.#claim(one, claim, origin);
      }
    });
  }

  /** Has the node that has an open connection find out whether it is alive. Subscriptions to its channels wait for that. */
  #recall(client: RecoverableConnection, name: string, kept: KeptConnection, claim: Claim): void {
    const known = new Latch(), channels = new Set(kept.ids.map(([channel]) => channel));
    const recalls = client.returning.recalls ??= new Map<ReadonlySet<string>, Latch>();
    recalls.set(channels, known);
    const end = (last: KeptConnection | "gone" | undefined): void => {
      if (last !== "gone") claim.add(this.#abroad.cutOf(name, last ?? kept));
      recalls.delete(channels);
      known.open();
    };
    this.#abroad.recall(name, (isAlive) => {
      if (isAlive) end("gone");
      else this.#abroad.find([name], (_name, last) => end(last));
    });
  }

  /** Another node asks whether a connection is alive. */
  recalled(name: string): void {
    const one = this.#names.find(name);
    if (one === undefined) return;
    if (!(one instanceof RecoverableConnection)) return this.#abroad.answerRecall(name, false);
    const asked = this.#halfOpen.check([one], () => this.#abroad.answerRecall(name, false))?.asked.get(one);
    const isAlive = (): void => {
      if (this.#names.find(name) === one) this.#abroad.answerRecall(name, true);
    };
    if (asked === undefined) isAlive();
    else asked.whenOpen(isAlive);
  }

  /** Called every second: keeps for other nodes what has changed of open connections. */
  saveOpen(now: number): void {
    if (!this.#abroad.isShared) return;
    this.#abroad.save(this.#names.open(), now, (client) => {
      const connection = this.#hub.connections.find(client.connection.id);
      if (connection === undefined) return undefined;
      const { positions, ids } = this.#positionsOf(client, channelsOf(connection), now);
      const socketIds = [connection.id, ...client.back?.claim?.socketIds ?? []].slice(0, MAX_IDS);
      const { origin } = client, users = usersOf(connection);
      return { origin, socketIds, users, ids: idsOf(ids, positions.keys()), isOpen: true };
    });
  }

  /** The client has been sent what it had missed, and has it: the names by which it came back are worth nothing any more. */
  finish(client: RecoverableConnection): void {
    const finished = client.back?.claim?.finish();
    if (finished === undefined || finished.possible.length === 0) return;
    for (const { name, until } of finished.taken) {
      this.#names.finish(name, until);
      this.#abroad.gone(name);
    }
    this.others.returned(finished.possible);
  }

  /**
   * A connection has ended; `channels` are those that it was on. Where its client may come back, the answer keeps its places on presence
   * channels, and MUST be given the holds of its subscriptions.
   */
  ended(
    client: RecoverableConnection,
    connection: Connection,
    code: number,
    channels: Iterable<string>,
  ): HeldPlaces | undefined {
    const now = this.#services.now(), until = now + this.#hub.application.settings.recovery.seconds * SECOND;
    const comesBack = mayReturn(code, connection.disconnect), claim = client.back?.claim;
    const kept = client.hasAnswered && comesBack ? this.#positionsOf(client, channels, now) : undefined;
    this.#abroad.ended(client);
    // It has answered, so that its own name is in the jar: this name stands for the earlier ones from now on.
    if (claim !== undefined && client.hasAnswered && (claim.isUsed || kept !== undefined)) {
      this.finish(client);
    }
    let places: HeldPlaces | undefined;
    if (kept === undefined || kept.positions.size === 0) {
      this.#names.finish(client.name, until, comesBack ? this.#standsFor(client, until) : []);
      if (comesBack && !client.hasAnswered) places = this.#holdAgain(claim, connection);
      this.#abroad.gone(client.name, comesBack ? client.back?.named : []);
    } else {
      const socketIds = [connection.id, ...claim?.socketIds ?? []].slice(0, MAX_IDS);
      const { name, origin } = client, users = usersOf(connection);
      const cut = new CutConnection({ name, origin, socketIds, ...kept, until, users });
      this.#names.addCut(cut);
      this.expire(now);
      this.#abroad.cut(cut);
      places = this.#hold(cut, connection);
      this.#await(kept.positions.keys(), until);
      this.others.passOn(cut);
    }
    settle(client, false);
    return places;
  }

  /** What is meant by the name of a connection that was cut before it had answered: a client without a jar has no other name. */
  #standsFor(client: RecoverableConnection, until: number): readonly string[] {
    const names = client.back?.named ?? [];
    for (const name of names) {
      const one = this.#names.find(name);
      if (!(one instanceof CutConnection) || one.isTaken) continue;
      this.#names.renew(one, until);
      this.#await(one.positions.keys(), until);
    }
    return names;
  }

  /** The logs of these channels are needed until then. */
  #await(channels: Iterable<string>, until: number): void {
    for (const channel of channels) {
      const logged = this.#logs.find(channel);
      if (logged !== undefined) logged.awaitedUntil = Math.max(logged.awaitedUntil, until);
    }
  }

  /** The application ends a user's connections: those that were cut cannot come back, and their places are given up. */
  terminate(userId: string): void {
    for (const cut of [...this.#names.cut()]) {
      if (!cut.users.includes(userId)) continue;
      cut.isTaken = true;
      this.#names.finish(cut.name, cut.until);
      this.#abroad.gone(cut.name);
      cut.places?.releaseAll();
    }
  }

  /** Gives up all places that are held: no client comes back to this process. */
  releaseAll(): void {
    for (const places of [...this.#places]) places.releaseAll();
  }

  /** Holds the places of a connection for `hold_seconds`. */
  #hold(cut: CutConnection, { application }: Connection): HeldPlaces | undefined {
    const { holdSeconds } = application.settings.recovery;
    if (holdSeconds === 0 || cut.users.length === 0) return undefined;
    const earlier = cut.places,
      places = cut.places = new HeldPlaces((channel) => this.#hub.placeReleased(channel));
    if (earlier !== undefined) places.takeOver(earlier);
    this.#places.add(places);
    this.#services.after(holdSeconds * SECOND, () => {
      places.releaseAll();
      this.#places.delete(places);
      if (cut.places === places) cut.places = undefined;
    });
    return places;
  }

  /** Holds the places of a return that was cut before it had answered, for those that it was the return of. */
  #holdAgain(claim: Claim | undefined, connection: Connection): HeldPlaces | undefined {
    const users = usersOf(connection);
    const cut = users.length === 0 ? undefined : claim?.heldFor(users);
    return cut === undefined ? undefined : this.#hold(cut, connection);
  }

  /** Stands for the application in names: 8 hex digits, of its id and key, which are no secrets. */
  get #tag(): string {
    const { id, key, digests } = this.#hub.application;
    return digests.sha256Hex(new TextEncoder().encode(`${id}\n${key}`)).slice(0, 8);
  }

  /** The connections that may come back, for the next process. */
  *saved(): IterableIterator<SavedCut> {
    const { now, wallClock } = this.#services, shift = wallClock() - now();
    for (const { name, origin, socketIds, users, positions, until, isTaken } of this.#names.cut()) {
      if (isTaken || until <= now()) continue;
      yield { name, origin, socketIds, users, positions: [...positions], until: until + shift };
    }
  }

  /** Takes over connections of an earlier process. Returns how many may come back still. */
  restore(saved: readonly SavedCut[]): number {
    const { now, wallClock } = this.#services, shift = wallClock() - now();
    let count = 0;
    for (const { positions, until: end, ...each } of saved) {
      const until = end - shift;
      if (until <= now() || this.#names.find(each.name) !== undefined) continue;
      count++;
      const before = new Map<string, never>();
      this.#names.addCut(new CutConnection({ ...each, positions: new Map(positions), before, until }));
      for (const [channel] of positions) {
        const logged = this.#logs.find(channel);
        if (logged === undefined) continue;
        logged.awaitedUntil = Math.max(logged.awaitedUntil, until);
        this.#logs.left(logged);
      }
    }
    return count;
  }

  /** Called every second. */
  expire(now: number): void {
    this.#names.expire(now, this.#hub.application.settings.recovery.maxBytes * SHARE);
  }

  /** What has arrived on each channel; one without a log cannot be gone on with, which its position says. */
  #positionsOf(
    client: RecoverableConnection,
    channels: Iterable<string>,
    now: number,
  ): Pick<CutConnection, "positions" | "ids" | "before"> {
    const positions = new Map<string, number>(), ids = new Map<string, string>();
    const before = new Map<string, readonly SavedEntry[]>();
    for (const channel of channels) {
      // Rewind, too, begins behind what was received live.
      const { rules } = this.#logs;
      if (!rules.recovers(channel) && rules.rewindOf(channel) === undefined) continue;
      const logged = this.#logs.find(channel);
      // While it has not acknowledged what it was sent from the shared log, it is where it was before.
      const from = client.hasOwn(channel) ? client.back?.from?.get(channel) : undefined;
      const position = logged === undefined || from !== undefined ? -1 : client.of(channel);
      positions.set(channel, position);
      const id = from ?? logged?.places?.idAt(position);
      if (id !== undefined) ids.set(channel, id);
      const lack = client.back?.lackOf(channel, client.acknowledged) ?? [];
      if (lack.length > 0) before.set(channel, lack);
    }
    for (const [channel, claimed] of client.back?.claim?.rest(now) ?? []) {
      if (positions.has(channel)) continue;
      positions.set(channel, claimed.position);
      if (claimed.id !== undefined) ids.set(channel, claimed.id);
      if (claimed.before.length > 0) before.set(channel, claimed.before);
    }
    return { positions, ids, before };
  }
}

/** Earlier `socket_id`s of one client that are kept. */
const MAX_IDS = 8;

/** The channels that a connection receives events of: those of its subscriptions, and that of its user. */
export function* channelsOf(
  { subscriptions, userId, isOffUserChannel }: Connection,
): IterableIterator<string> {
  if (subscriptions !== undefined) {
    for (const [name, { isConfirmed }] of subscriptions) if (isConfirmed) yield name;
  }
  if (userId !== undefined && !isOffUserChannel) yield USER_CHANNEL_PREFIX + userId;
}

/** The users that a connection stands for: the one that is signed in, and those that it is as a member. */
function usersOf({ userId, subscriptions }: Connection): readonly string[] {
  const users = new Set<string>();
  if (userId !== undefined) users.add(userId);
  for (const { hold } of subscriptions?.values() ?? []) if (hold !== undefined) users.add(hold.data.userId);
  return [...users];
}

/** Gives equal texts as one object: nearly all connections of an application come from a few origins. */
class SameTexts {
  readonly #texts = new Map<string, string>();

  same(text: string | null): string | null {
    if (text === null) return null;
    const known = this.#texts.get(text);
    if (known !== undefined) return known;
    if (this.#texts.size < MAX_ORIGINS) this.#texts.set(text, text);
    return text;
  }
}

/** Origins of which one object is kept. */
const MAX_ORIGINS = 100;
