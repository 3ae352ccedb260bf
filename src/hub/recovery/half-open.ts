import { Latch } from "../channels/latch.ts";
import type { Asking } from "./asking.ts";
import type { HalfOpenCheck, RecoverableConnection } from "./recoverable-connection.ts";
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
   * Asks each of them, unless it was heard within a second; one that does not answer is closed (4201), unless it reads slowly. `ended`
   * is called for each that has ended, by this or by itself.
   */
  check(
    named: Iterable<RecoverableConnection>,
    ended: (one: RecoverableConnection) => void,
  ): HalfOpenCheck | undefined {
    const silent = [...named].filter((one) => this.#isSilent(one));
    if (silent.length === 0) return undefined;
    const asked = new Map<RecoverableConnection, Latch>(), since = this.#services.seconds();
    for (const one of silent) {
      const known = new Latch();
      asked.set(one, known);
      (one.returning.watchers ??= []).push((isAlive) => {
        if (!asked.delete(one)) return;
        if (!isAlive) ended(one);
        known.open();
      });
      this.#asking.ask(one);
    }
    this.#services.after(PATIENCE, () => {
      for (const one of [...asked.keys()]) this.#giveUp(one, since);
    });
    return { asked };
  }

  #isSilent({ connection: { id } }: RecoverableConnection): boolean {
    const connection = this.#hub.connections.find(id);
    return connection !== undefined && connection.lastSeenAt < this.#services.seconds();
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

/** It is known whether a connection is alive. */
export function settle(one: RecoverableConnection, isAlive: boolean): void {
  const { back } = one, watchers = back?.watchers;
  if (back === undefined || watchers === undefined) return;
  back.watchers = undefined;
  for (const tell of watchers) tell(isAlive);
}
