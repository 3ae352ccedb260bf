import { Latch } from "../channels/latch.ts";
import { type Abroad, idsOf } from "./abroad.ts";
import type { Claim } from "./claim.ts";
import { ClientMessages } from "./client-messages.ts";
import { readConnectionName } from "./connection-name.ts";
import { CutConnection, mayClaim } from "./cut-connection.ts";
import type { HalfOpen } from "./half-open.ts";
import type { KeptConnection } from "./kept-connection.ts";
import type { KnownNames } from "./known-names.ts";
import type { LogBook } from "./log-book.ts";
import { type Recalled, RecoverableConnection } from "./recoverable-connection.ts";
import type { RecoveredHub, RecoveryServices } from "./recovery-services.ts";
import { channelsOf, socketIdsOf, usersOf, whatHasArrived } from "./what-has-arrived.ts";

const SECOND = 1000;
/** Seconds within which a node has written what a new connection is on. */
const YOUNG = 10;
/** Names of one handshake for which the other nodes are asked though none has written them. */
const MAX_ASKED = 4;

/** Which connections of other nodes a new one is the return of, and what other nodes may know of those of this one. */
export class ReturnsAbroad {
  readonly #hub: RecoveredHub;
  readonly #logs: LogBook;
  readonly #names: KnownNames;
  readonly #halfOpen: HalfOpen;
  readonly #abroad: Abroad;
  readonly #services: Pick<RecoveryServices, "now" | "wallClock">;
  readonly #messages: ClientMessages;

  constructor(
    hub: RecoveredHub,
    logs: LogBook,
    names: KnownNames,
    halfOpen: HalfOpen,
    abroad: Abroad,
    services: Pick<RecoveryServices, "now" | "wallClock">,
  ) {
    this.#services = services;
    this.#messages = new ClientMessages(hub);
    this.#hub = hub;
    this.#logs = logs;
    this.#names = names;
    this.#halfOpen = halfOpen;
    this.#abroad = abroad;
  }

  /** Asks the other nodes for the connections that a handshake has named, unless they are open here or cannot come back. */
  look(
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
    const found = (name: string, kept: KeptConnection | "gone" | undefined): void => {
      const one = this.#names.find(name);
      if (kept !== undefined || one !== undefined) {
        claim.unknown.delete(name);
        back.isStranger = false;
      }
      if (kept === "gone") {
        // It has come back to another node.
        if (one instanceof CutConnection) this.#names.finish(name, one.until);
        claim.remove(name);
      } else if (one === undefined && kept !== undefined) {
        if (kept.origin !== origin) return;
        if (kept.isOpen) this.#recall(client, name, kept, claim);
        else claim.add(this.#abroad.cutOf(name, kept));
      } else if (one instanceof CutConnection) {
        if (mayClaim(one, origin)) claim.add(one);
      } else if (one === undefined) back.named = back.named?.filter((each) => each !== name);
    };
    // A node writes of a new connection within a second; until then it can be asked.
    const unwritten = (names: readonly string[]): readonly string[] => {
      const young = names.filter((name) => this.#names.find(name) === undefined && this.#isYoung(name));
      return young.slice(-MAX_ASKED);
    };
    back.lookup = this.#abroad.find(unsure, { found, unwritten });
  }

  /** Has the node that has an open connection find out whether it is alive. Subscriptions to its channels wait for that. */
  #recall(client: RecoverableConnection, name: string, kept: KeptConnection, claim: Claim): void {
    const known = new Latch(), channels = new Set(kept.ids.map(([channel]) => channel));
    const recalls = client.returning.recalls ??= new Map<Recalled, Latch>();
    const recalled = { channels, isYoung: this.#isYoung(name) };
    recalls.set(recalled, known);
    const end = (last: KeptConnection | "gone" | undefined): void => {
      recalls.delete(recalled);
      if (last !== "gone") {
        const cut = this.#abroad.cutOf(name, last ?? kept);
        claim.add(cut);
        this.#doubt(client, cut, claim);
      }
      known.open();
    };
    this.#abroad.recall(name, (isAlive) => {
      if (isAlive) end("gone");
      else this.#abroad.find([name], { found: (_name, last) => end(last) });
    });
  }

  /** Channels that did not wait for this, since the connection was not known to be on them, or may have been when its node died. */
  #doubt({ connection: { id } }: RecoverableConnection, cut: CutConnection, claim: Claim): void {
    const connection = this.#hub.connections.find(id);
    if (connection?.recovery === undefined) return;
    const isUnsure = cut.isUnsure && claim.isUnsure(this.#services.now());
    for (const channel of channelsOf(connection)) {
      if (claim.hasGoneOn(channel) || !this.#logs.rules.recovers(channel)) continue;
      if (cut.positions.has(channel) || isUnsure) {
        this.#messages.gap(connection.recovery, channel, "unknown");
      }
    }
  }

  /** Whether a connection was made so lately that its node may not have written yet what it is on. */
  #isYoung(name: string): boolean {
    const { madeAt = 0 } = readConnectionName(name) ?? {};
    return this.#services.wallClock() / SECOND - madeAt < YOUNG;
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
  saveOpen(): void {
    this.#abroad.open.tick(this.#names.open(), (client) => {
      const connection = this.#hub.connections.find(client.connection.id);
      if (connection === undefined || connection.recovery !== client) return undefined;
      const now = this.#services.now();
      const { positions, ids } = whatHasArrived(this.#hub, this.#logs, client, channelsOf(connection), now);
      const socketIds = socketIdsOf(client), { origin } = client, users = usersOf(connection);
      // One that has never answered cannot be continued.
      const known = client.hasAnswered ? ids : new Map<string, string>();
      return { origin, socketIds, users, ids: idsOf(known, positions.keys()), isOpen: true };
    });
  }
}
