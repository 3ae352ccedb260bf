import type { Latch } from "../channels/latch.ts";
import type { Connection } from "../connections/connection.ts";
import type { RecoveryConfig } from "../../config/config.ts";
import { RecoveryCounters } from "../../monitoring/recovery-counters.ts";
import { PING_FRAME } from "../../protocol/encode-frame.ts";
import { Acknowledgements } from "./acknowledgements.ts";
import { Asking } from "./asking.ts";
import { type Beginning, Beginnings } from "./beginnings.ts";
import { ClientMessages } from "./client-messages.ts";
import type { Naming } from "./connection-name.ts";
import { HalfOpen, settle } from "./half-open.ts";
import { Histories } from "./histories.ts";
import type { HeldPlaces } from "./held-places.ts";
import type { JarKeeper } from "./jar-keeper.ts";
import { LogBook } from "./log-book.ts";
import { LoggedEvents } from "./logged-events.ts";
import type { RecoverableConnection, RecoveredChannel } from "./recoverable-connection.ts";
import type { RecoveredHub, RecoveryServices } from "./recovery-services.ts";
import { readRecoveryMessage } from "./passed-on.ts";
import { Numbers } from "./positions.ts";
import type { RecoveryState } from "./recovery-state.ts";
import { loadRecovery, type SavedParts, saveRecovery } from "./save-recovery.ts";
import { Preparation } from "./preparation.ts";
import { Replays } from "./replays.ts";
import { Abroad } from "./abroad.ts";
import { Returns } from "./returns.ts";
import { SharedLogs } from "./shared-logs.ts";
import { waitForReturn } from "./wait-for-return.ts";
import { channelsOf } from "./what-has-arrived.ts";

/** Share of `max_backlog_bytes` that may wait for a client while it is sent what it has missed. */
const SHARE = 1 / 4;

/** Sends the clients of one application what they have missed, when they come back after a cut. */
export class Recovery {
  readonly #hub: RecoveredHub;
  readonly #services: RecoveryServices;
  readonly #logs: LogBook;
  /** The logs that all nodes share. */
  readonly shared: SharedLogs;
  /** Connections that may come back to another node, or from one. */
  readonly abroad: Abroad;
  readonly #asking: Asking;
  readonly #returns: Returns;
  readonly #replays: Replays;
  readonly #beginnings: Beginnings;
  readonly #preparation: Preparation;
  #epoch: number;
  /** Milliseconds from the clock that only grows to the time since 1970. One for all events, so that each keeps its time. */
  readonly #shift: number;
  readonly #saved: SavedParts;
  /** What the API reads. */
  readonly histories: Histories;
  /** What is sent to channels is logged there. */
  readonly events: LoggedEvents;
  /** What clients answer to pings is reported there. */
  readonly acknowledgements: Acknowledgements;

  constructor(hub: RecoveredHub, services: RecoveryServices) {
    this.#hub = hub;
    this.#services = services;
    this.#epoch = services.wallClock();
    this.#shift = this.#epoch - services.now();
    const numbers = new Numbers(), messages = new ClientMessages(hub), { now, after, soon } = services;
    const logs = this.#logs = new LogBook(this.#settings, () => numbers.next(), (log) => shared.ended(log));
    const shared = this.shared = new SharedLogs(hub, logs, services);
    const asking = this.#asking = new Asking({
      ...{ now, after, soon, nextNumber: () => numbers.next() },
      interval: () => this.#settings.acknowledgeEvery,
      usesPusherPing: () => this.usesPusherPing,
      sendPusherPing: (client) => messages.send(client, PING_FRAME),
    });
    const abroad = this.abroad = new Abroad(hub, services);
    this.#returns = new Returns(hub, logs, new HalfOpen(hub, asking, services), abroad, services);
    this.#saved = { logs, names: this.#returns.names, numbers, services };
    this.histories = new Histories({
      ...{ logs, shared, numbers, services },
      // Apart from those of servers that did not hand theirs over.
      epoch: () => this.#epoch,
      timeOf: (at) => this.timeOf(at),
    });
    const replays = this.#replays = new Replays({
      ...services,
      sent: (events) => void (this.#counters.replayed += events),
    });
    this.events = new LoggedEvents({ logs, shared, asking, returns: this.#returns, now });
    this.acknowledgements = new Acknowledgements({
      ...{ asking, returns: this.#returns, now, usesPusherPing: () => this.usesPusherPing },
    });
    this.#preparation = new Preparation(logs, shared, now);
    this.#beginnings = new Beginnings({
      ...{ logs, shared, asking, replays, messages, numbers, now },
      recovered: () => void this.#counters.recovered++,
      replay: {
        now,
        send: (client, frame) => messages.send(client, frame),
        ask: (client) => asking.askAnyway(client),
        gap: (client, channel, reason) => messages.gap(client, channel, reason),
        maxWaiting: () => services.maxBacklogBytes * SHARE,
      },
    });
  }

  /** Whether clients are asked by `pusher:ping`. */
  get usesPusherPing(): boolean {
    return !this.#services.pings || this.#settings.acknowledge === "pusher";
  }

  /** Bytes that logs and positions take, about: at most `max_bytes`. */
  get bytes(): number {
    return this.#logs.bytes + this.#returns.bytes;
  }

  get #settings(): RecoveryConfig {
    return this.#hub.application.settings.recovery;
  }

  get #counters(): RecoveryCounters {
    return this.#hub.application.counters.recovery ??= new RecoveryCounters();
  }

  /** Reads and writes the names in the jars of clients. */
  get jars(): JarKeeper {
    return this.#returns.jars;
  }

  /** Whether it is certain before the answer to a handshake that its connection is refused: then it needs no name. */
  willRefuse(origin: string | null): boolean {
    const { application: { origins, settings }, connections, welcome, cluster } = this.#hub;
    if (!settings.enabled || !origins.allows(origin)) return true;
    // Where the answer to this comes later, there may be room by then.
    return !cluster.isShared && !welcome.isCrowded &&
      connections.counted >= (settings.maxConnections ?? Infinity);
  }

  /** A connection with a name was refused, or has ended, before it was established. */
  refused(naming: Naming): void {
    this.#returns.refused(naming);
  }

  /** A connection is established. */
  opened(connection: Connection, naming: Naming, origin: string | null): void {
    connection.recovery = this.#returns.opened(connection, naming, origin);
  }

  /** Milliseconds since 1970 of a time by the clock that only grows. */
  timeOf(at: number): number {
    return Math.round(at + this.#shift);
  }

  /** What a subscription waits for: opens when it is to be asked again; `undefined` when it can begin. The node MUST listen by then. */
  waitFor(connection: Connection, channel: string): Latch | undefined {
    return waitForReturn(this.#hub, connection, channel) ?? this.#preparation.waitFor(connection, channel);
  }

  /**
   * A subscription begins: the socket joins the topic now, or when the client has been sent what it has missed. `undefined` where there
   * is nothing to do; then the caller MUST join.
   */
  begin(connection: Connection, name: string, topic: string): Beginning | undefined {
    return this.#beginnings.begin(connection, name, topic);
  }

  /** A subscription has ended while its connection goes on. */
  unsubscribed(connection: Connection, channel: string): void {
    const client = connection.recovery, logged = this.#logs.find(channel);
    if (client === undefined || logged === undefined) return;
    this.#leave(client, logged);
    client.end(channel);
  }

  /** The client has read what waited for it. */
  drained(connection: Connection): void {
    if (connection.recovery !== undefined) this.#replays.drained(connection.recovery);
  }

  /**
   * These connections are about to be closed for their clients to come back to another node. Returns whether they were passed on: MUST be
   * awaited then by a question to the other nodes.
   */
  closing(connections: readonly Connection[]): boolean {
    let isTold = false;
    for (const connection of connections) {
      const { recovery: client, id } = connection;
      if (client === undefined || this.#hub.connections.find(id) !== connection) continue;
      if (this.#returns.closing(client, connection)) isTold = true;
    }
    return isTold;
  }

  /**
   * A connection has ended. MUST be called before its subscriptions are removed; where the answer is defined, it takes over their holds.
   */
  ended(connection: Connection, code: number): HeldPlaces | undefined {
    const client = connection.recovery;
    if (client === undefined) return undefined;
    connection.recovery = undefined;
    const channels = [...channelsOf(connection)];
    // Before its part in the logs ends, so that the positions are those of the log that its events went to.
    const places = this.#returns.ended(client, connection, code, channels);
    for (const channel of channels) {
      const logged = this.#logs.find(channel);
      if (logged !== undefined) this.#leave(client, logged);
    }
    return places;
  }

  /** Another node asks whether a connection is alive. */
  recalled(name: string): void {
    this.#returns.abroad.recalled(name);
  }

  /** The application ends all connections of a user. */
  terminate(userId: string): void {
    this.#returns.terminate(userId);
  }

  /** The server stops: members that have not come back leave now. */
  stop(): void {
    this.#returns.places.releaseAll();
  }

  /** What the next process needs, so that clients can come back to it; `undefined` for nothing. */
  save(): RecoveryState | undefined {
    // What other nodes send while no process is there would be missing; they share what the next process needs.
    if (this.abroad.isShared) return undefined;
    return saveRecovery(this.#saved, this.#epoch);
  }

  /** Takes over what an earlier process has saved, before the first client comes. Returns how many connections may come back. */
  load(state: RecoveryState): number {
    this.#epoch = state.epoch;
    this.jars.knowsEarlier = true;
    return loadRecovery(this.#saved, state);
  }

  /** Whether a client may come back to a channel. */
  isAwaited(channel: string): boolean {
    return (this.#logs.find(channel)?.awaitedUntil ?? 0) > this.#services.now();
  }

  /** Another node passes on what a client has missed. */
  receive(text: string): void {
    const message = readRecoveryMessage(text);
    if (message !== undefined) this.#returns.others.receive(message);
  }

  /** Called every second. */
  tick(): void {
    const now = this.#services.now();
    this.#returns.expire(now);
    this.#returns.abroad.saveOpen();
    this.#logs.expire(now);
  }

  /** Takes over the application's settings after a reload. */
  reconfigure(): void {
    const before = [...this.#returns.open()].filter(({ back }) => back?.replays !== undefined);
    this.#logs.reconfigure(this.#settings);
    for (const client of before) {
      for (const { channel } of [...client.back?.replays ?? []]) {
        if (this.#logs.find(channel.name) !== channel) this.#replays.finish(client, channel);
      }
    }
  }

  #leave(client: RecoverableConnection, logged: RecoveredChannel): void {
    const wasReplaying = this.#replays.stop(client, logged);
    if (!this.#asking.remove(logged, client) && !wasReplaying) return;
    logged.clients--;
    this.#logs.left(logged);
  }

  /** Recovery was switched off: clients go on as without it. */
  close(): void {
    for (const channel of this.#logs.channels()) this.shared.ended(channel);
    this.#returns.places.releaseAll();
    for (const client of [...this.#returns.open()]) {
      for (const { channel } of [...client.back?.replays ?? []]) this.#replays.finish(client, channel);
      settle(client, true);
      const connection = this.#hub.connections.find(client.connection.id);
      if (connection !== undefined) connection.recovery = undefined;
    }
  }
}
