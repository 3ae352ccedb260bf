import type { Connection } from "../connections/connection.ts";
import type { Abroad } from "./abroad.ts";
import { Claim } from "./claim.ts";
import type { Naming } from "./connection-name.ts";
import { CutConnection, mayClaim } from "./cut-connection.ts";
import { type HalfOpen, settle } from "./half-open.ts";
import type { HeldPlaces } from "./held-places.ts";
import { JarKeeper } from "./jar-keeper.ts";
import { canComeBack, KnownNames } from "./known-names.ts";
import type { LogBook } from "./log-book.ts";
import { mayReturn } from "./may-return.ts";
import { OtherNodes } from "./other-nodes.ts";
import { PlaceKeeper } from "./place-keeper.ts";
import { RecoverableConnection } from "./recoverable-connection.ts";
import type { RecoveredHub, RecoveryServices } from "./recovery-services.ts";
import { ReturnsAbroad } from "./returns-abroad.ts";
import { SameTexts } from "./same-texts.ts";
import { channelsOf, socketIdsOf, usersOf, whatHasArrived } from "./what-has-arrived.ts";

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
  readonly #origins = new SameTexts();
  readonly names = new KnownNames();
  readonly others: OtherNodes;
  /** Returns from and to nodes with which this one shares logs. */
  readonly abroad: ReturnsAbroad;
  readonly places: PlaceKeeper;
  readonly jars: JarKeeper;

  constructor(
    hub: RecoveredHub,
    logs: LogBook,
    halfOpen: HalfOpen,
    abroad: Abroad,
    services: RecoveryServices,
  ) {
    this.#hub = hub;
    this.#logs = logs;
    this.#halfOpen = halfOpen;
    this.#services = services;
    this.#abroad = abroad;
    this.others = new OtherNodes(hub, logs, this.names, services);
    this.abroad = new ReturnsAbroad(hub, logs, this.names, halfOpen, abroad, services);
    this.places = new PlaceKeeper(hub, services);
    this.jars = new JarKeeper(hub, this.names, services);
  }

  /** Bytes of the connections that may come back. */
  get bytes(): number {
    return this.names.bytes;
  }

  /** The open connections that may come back after a cut. */
  open(): IterableIterator<RecoverableConnection> {
    return this.names.open();
  }

  /** A connection is established. */
  opened(connection: Connection, { name, named }: Naming, origin: string | null): RecoverableConnection {
    const client = new RecoverableConnection(name, this.#origins.same(origin), connection);
    this.names.opened(client);
    if (named.length === 0) return client;
    const now = this.#services.now(), open: RecoverableConnection[] = [];
    const until = now + this.#hub.application.settings.recovery.seconds * SECOND;
    const claim = new Claim(now, until, (unknown) => this.jars.mayBeLost(unknown));
    const meant = this.names.meant(named);
    // It was cut before it had answered, so it is not known what it has got of channels on which those that it stands for were not.
    for (const each of named) if (!meant.has(each)) claim.unknown.add(each);
    let known = 0;
    for (const each of meant) {
      const one = this.names.find(each);
      if (one === undefined || "until" in one && one.until <= now) {
        claim.unknown.add(each);
        continue;
      }
      known++;
      if (one instanceof RecoverableConnection) {
        if (one.origin === origin) open.push(one);
      } else if (mayClaim(one, origin)) claim.add(one);
    }
    const back = client.returning;
    back.named = [...meant];
    back.isStranger = known === 0;
    back.check = this.#halfOpen.check(open, (one) => {
      const ended = this.names.find(one.name);
      if (mayClaim(ended, origin)) claim.add(ended);
      // One that never answered was none that the client knows of: the answer to its handshake was lost.
      if (!one.hasAnswered && --known === 0) back.isStranger = true;
    });
    back.claim = claim;
    back.expected = this.others.expect([...claim.unknown], (name) => {
      claim.unknown.delete(name);
      const cut = this.names.find(name);
      if (!(cut instanceof CutConnection) || cut.origin !== origin) return;
      claim.add(cut);
      known++;
      back.isStranger = false;
    });
    this.abroad.look(client, back.named, claim, origin);
    return client;
  }

  /** The client has been sent what it had missed, and has it: the names by which it came back are worth nothing any more. */
  finish(client: RecoverableConnection): void {
    const finished = client.back?.claim?.finish();
    if (finished === undefined || finished.possible.length === 0) return;
    for (const { name, until } of finished.taken) {
      this.names.finish(name, until);
      this.#abroad.gone(name, true);
    }
    this.others.returned(finished.possible);
  }

  /**
   * A connection is about to be closed, and its client to come back to another node, which has to know it by then. Returns whether that
   * is told.
   */
  closing(client: RecoverableConnection, connection: Connection): boolean {
    if (!client.hasAnswered || !this.others.isTold) return false;
    const now = this.#services.now(), until = now + this.#hub.application.settings.recovery.seconds * SECOND;
    const kept = whatHasArrived(this.#hub, this.#logs, client, channelsOf(connection), now);
    if (kept.positions.size === 0) return false;
    const socketIds = socketIdsOf(client), { name, origin } = client, users = usersOf(connection);
    this.others.passOn(new CutConnection({ name, origin, socketIds, ...kept, until, users }));
    return true;
  }

  /**
   * A connection has ended; `channels` are those that it was on. Where its client may come back, the answer keeps its places on presence
   * channels, and MUST be given the holds of its subscriptions.
   */
  ended(
    client: RecoverableConnection,
    connection: Connection,
    code: number,
    channels: readonly string[],
  ): HeldPlaces | undefined {
    const now = this.#services.now(), until = now + this.#hub.application.settings.recovery.seconds * SECOND;
    const comesBack = mayReturn(code, connection.disconnect), claim = client.back?.claim;
    const kept = client.hasAnswered && comesBack
      ? whatHasArrived(this.#hub, this.#logs, client, channels, now)
      : undefined;
    const isKept = this.#abroad.open.ended(client);
    // It has answered, so that its own name is in the jar: this name stands for the earlier ones from now on.
    if (claim !== undefined && client.hasAnswered && (claim.isUsed || kept !== undefined)) {
      this.finish(client);
    }
    let places: HeldPlaces | undefined;
    if (kept === undefined || kept.positions.size === 0) {
      const standsFor = comesBack ? this.#standsFor(client, until) : [];
      const { isStranger = false, named = [] } = client.back ?? {};
      // All that its handshake has named is unknown by now: so is its own name, since what it was told may not have arrived. And where
      // it was on channels and had not answered, it is not known what it has received of them.
      const isUnknown = isStranger || named.length > 0 || this.#mayMiss(client, channels);
      if (comesBack && standsFor.length === 0 && isUnknown) {
        this.names.drop(client.name);
      } else {
        this.names.finish(client.name, until, standsFor);
        this.#abroad.gone(client.name, isKept, standsFor);
      }
      if (comesBack && !client.hasAnswered) places = this.places.holdAgain(claim, connection);
    } else {
      const socketIds = socketIdsOf(client), { name, origin } = client, users = usersOf(connection);
      const cut = new CutConnection({ name, origin, socketIds, ...kept, until, users });
      this.names.addCut(cut);
      this.expire(now);
      this.#abroad.cut(cut, isKept);
      places = this.places.hold(cut, connection);
      this.#await(kept.positions.keys(), until);
      this.others.passOn(cut);
    }
    settle(client, false);
    return places;
  }

  /** Whether a client that has never answered was on channels of which it may miss events. */
  #mayMiss({ hasAnswered }: RecoverableConnection, channels: readonly string[]): boolean {
    return !hasAnswered && channels.some((channel) => this.#logs.rules.recovers(channel));
  }

  /** The handshake of this name was refused: the client has missed nothing by it, also where its jar has the name. */
  refused({ name }: Naming): void {
    const { seconds } = this.#hub.application.settings.recovery;
    this.names.finish(name, this.#services.now() + seconds * SECOND);
    this.#abroad.gone(name, false);
  }

  /**
   * What is meant by the name of a connection that was cut before it had answered: a client without a jar has no other name. Of many
   * names those alone that a node knows, since a client can make up any number of names.
   */
  #standsFor({ back }: RecoverableConnection, until: number): readonly string[] {
    const { named = [], lookup, expected } = back ?? {};
    const isAsking = lookup?.isOpen === false || expected?.isOpen === false;
    const mayBeElsewhere = isAsking ? named.length === 1 : this.#abroad.isShared;
    const names = named.filter((name) => {
      const one = this.names.find(name);
      return one === undefined ? mayBeElsewhere : canComeBack(one);
    });
    for (const name of names) {
      const one = this.names.find(name);
      if (!(one instanceof CutConnection) || one.isTaken) continue;
      this.names.renew(one, until);
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
    for (const cut of [...this.names.cut()]) {
      if (!cut.users.includes(userId)) continue;
      cut.isTaken = true;
      this.names.finish(cut.name, cut.until);
      this.#abroad.gone(cut.name, true);
      cut.places?.releaseAll();
    }
  }

  /** Called every second. */
  expire(now: number): void {
    this.names.expire(now, this.#hub.application.settings.recovery.maxBytes * SHARE);
  }
}
