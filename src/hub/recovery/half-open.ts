import { Latch } from "../channels/latch.ts";
import type { Asking } from "./asking.ts";
import type { HalfOpenCheck, RecoverableConnection, Watcher } from "./recoverable-connection.ts";
import type { RecoveredHub, RecoveryServices } from "./recovery-services.ts";

/** Milliseconds that a connection has to answer. */
const PATIENCE = 2000;

/**
 * Finds out which of the open connections that a handshake has named have lost their client: after a change of the network, or after
 * sleep, the old connection still counts as open when its client is back. Each new tab names all others, too, which are alive.
 */
export class HalfOpen {
  readonly #hub: RecoveredHub;
  readonly #asking: Asking;
  readonly #services: RecoveryServices;

  constructor(hub: RecoveredHub, asking: Asking, services: RecoveryServices) {
    this.#hub = hub;
    this.#asking = asking;
    this.#services = services;
  }

  /**
   * Asks each of them: that it was heard a moment ago does not say that it was not cut since, as clients are that change their network
   * between two events. One that does not answer is closed (4201), unless it reads slowly. `ended` is called for each that has ended, by
   * this or by itself.
   */
  check(
    named: Iterable<RecoverableConnection>,
    ended: (one: RecoverableConnection) => void,
  ): HalfOpenCheck | undefined {
    const asked = new Map<RecoverableConnection, Latch>(), since = this.#services.seconds();
    for (const one of named) {
      const known = new Latch();
      asked.set(one, known);
      const tell = (isAlive: boolean): void => {
        if (!asked.delete(one)) return;
        if (!isAlive) ended(one);
        known.open();
      };
      one.returning.watchers = [...one.returning.watchers ?? [], { behind: one.asked, tell }];
      this.#asking.askSoon(one);
    }
    if (asked.size === 0) return undefined;
    this.#services.after(PATIENCE, () => {
      for (const one of [...asked.keys()]) this.#giveUp(one, since);
    });
    return { asked };
  }

  #giveUp(one: RecoverableConnection, since: number): void {
    const connection = this.#hub.connections.find(one.connection.id);
    if (connection === undefined) return settle(one, false);
    // A ping waits behind what the client has not read yet.
    if (connection.lastSeenAt > since || connection.socket.backlog > 0) return settle(one, true);
    const detail = `its client has connected anew, and it is silent for ${PATIENCE / 1000} s after a ping`;
    // Its end settles the question.
    this.#hub.delivery.refuse(connection, "pong_missing", detail);
  }
}

/** It is known whether a connection is alive; or that it was when it answered the ping with a number, which not all need know. */
export function settle(one: RecoverableConnection, isAlive: boolean, number = Infinity): void {
  const { back } = one, watchers = back?.watchers;
  if (back === undefined || watchers === undefined) return;
  const isTold = ({ behind }: Watcher): boolean => behind < number;
  const left = watchers.filter((each) => !isTold(each));
  back.watchers = left.length === 0 ? undefined : left;
  for (const { tell } of watchers.filter(isTold)) tell(isAlive);
}
