import type { GapReason } from "../../monitoring/gap.ts";
import type { SavedEntry } from "./recovery-state.ts";
import type { EarlierEvents } from "./earlier-events.ts";
import type { KeptEvent } from "../cluster/cluster-log.ts";
import type {
  RecoverableConnection,
  RecoveredChannel,
  RunningReplay,
  SliceEnd,
} from "./recoverable-connection.ts";

/** What a {@link Replay} needs of the rest. */
export interface ReplayServices {
  /** Sends one frame to the client. */
  readonly send: (client: RecoverableConnection, frame: string) => void;
  /** Asks the client, and returns the number of the ping; `undefined` where it is too early for one. */
  readonly ask: (client: RecoverableConnection) => number | undefined;
  /** Tells the client that something is missing. */
  readonly gap: (client: RecoverableConnection, channel: string, reason: GapReason) => void;
  /** Milliseconds that only grow. */
  readonly now: () => number;
  /** Bytes that may wait for the client while more is sent. */
  readonly maxWaiting: () => number;
}

/** Events in one slice: after it other clients have their turn. */
const SLICE = 256;

/**
 * Sends one client what it has missed on one channel, from the log: first what was published while it was away, then, in the same order,
 * what is published meanwhile. Until it is through, the client is not on the channel's topic; it joins the topic in the turn that sends
 * the last entry, so that nothing is missed and nothing comes twice.
 */
export class Replay implements RunningReplay {
  readonly channel: RecoveredChannel;
  readonly #client: RecoverableConnection;
  readonly #services: ReplayServices;
  /** `socket_id`s of the client: events that left one of them out are not for it. */
  readonly #ownIds: readonly string[];
  /** Events about the present are sent from here on; what was before it, the subscription's answer has said. */
  readonly #subscribedAt: number;
  /** Whether a place that the log no longer reaches is told. */
  readonly #tellsGaps: boolean;
  #position: number;
  /** Sent first; how many of them are sent. */
  readonly #before: readonly SavedEntry[];
  #sentBefore = 0;
  /** Milliseconds from which on the client may join the topic: until then events may come here by way of another node. */
  readonly #isSettledAt: number;
  /** Whether the shared log is being read. */
  #isWaiting = false;
  /** Events of the shared log that come before those of this node's own. */
  #earlier: readonly KeptEvent[] = [];
  #earlierSent = 0;
  /** What came about the present while the shared log was read, and stands before the place where this node's own log goes on. */
  #meanwhile: readonly string[] = [];
  /** Events that were sent. */
  sent = 0;
  /** Puts the client on the channel's topic. */
  readonly through: () => void;

  constructor(
    client: RecoverableConnection,
    channel: RecoveredChannel,
    start: {
      readonly position: number;
      readonly ownIds: readonly string[];
      readonly subscribedAt: number;
      readonly tellsGaps: boolean;
      readonly before: readonly SavedEntry[];
      readonly isSettledAt: number;
    },
    services: ReplayServices,
    through: () => void,
  ) {
    this.#client = client;
    this.channel = channel;
    this.#position = start.position;
    this.#before = start.before;
    this.#isSettledAt = start.isSettledAt;
    this.#ownIds = start.ownIds;
    this.#subscribedAt = start.subscribedAt;
    this.#tellsGaps = start.tellsGaps;
    this.#services = services;
    this.through = through;
  }

  /** Nothing is sent until `goOn`. */
  waitForEarlier(): void {
    this.#isWaiting = true;
  }

  /** Goes on with what the shared log has, and then from a place in this node's own; `undefined`: with what is published meanwhile. */
  goOn(earlier: EarlierEvents | undefined): void {
    if (!this.#isWaiting) return;
    this.#isWaiting = false;
    if (earlier === undefined) return;
    this.#earlier = earlier.events;
    this.#meanwhile = this.channel.log.slice(this.#position, Infinity)
      .filter(({ isPassing, position }) =>
        isPassing && position > this.#subscribedAt && position <= earlier.position
      )
      .map(({ frame }) => frame);
    this.#position = earlier.position;
  }

  /** Sends until all is sent, or as much waits as may wait, or others have to have a turn. */
  slice(most: number = this.#services.maxWaiting(), reason: GapReason = "trimmed"): SliceEnd {
    const client = this.#client,
      { log, name } = this.channel,
      { send, gap, ask } = this.#services,
      { socket } = client.connection;
    // A log that ends does not wait.
    if (this.#isWaiting && most === Infinity) {
      this.#isWaiting = false;
      gap(client, name, "trimmed");
    }
    if (this.#isWaiting) return "waiting";
    if (this.#earlierSent < this.#earlier.length) {
      this.#sendEarlier(most);
      if (this.#earlierSent < this.#earlier.length) {
        // What waits longer than a ping's answer takes would look like a client that is gone.
        ask(client);
        return socket.backlog > most ? "waiting" : "more";
      }
    }
    for (const frame of this.#meanwhile) send(client, frame);
    this.#meanwhile = [];
    if (!log.reaches(this.#position)) {
      this.#position = log.lost;
      if (this.#tellsGaps) gap(client, name, reason);
    }
    for (; this.#sentBefore < this.#before.length; this.#sentBefore++) {
      if (socket.backlog > most) return "waiting";
      const [, frame, except] = this.#before[this.#sentBefore]!;
      if (!this.#isFor(except ?? undefined, false, 0)) continue;
      send(client, frame);
      this.sent++;
    }
    for (const entry of log.slice(this.#position, SLICE)) {
      if (socket.backlog > most) break;
      this.#position = entry.position;
      if (!this.#isFor(entry.except, entry.isPassing, entry.position)) continue;
      send(client, entry.frame);
      if (!entry.isPassing) this.sent++;
    }
    if (log.after(this.#position) === undefined) {
      return this.#services.now() < this.#isSettledAt && most !== Infinity ? "waiting" : "through";
    }
    const number = ask(client);
    if (number !== undefined) client.sentAgain(name, number, this.#position);
    return socket.backlog > most ? "waiting" : "more";
  }

  /** A slice of the shared log's events. */
  #sendEarlier(most: number): void {
    const client = this.#client, { send } = this.#services, { socket } = client.connection;
    const end = Math.min(this.#earlier.length, this.#earlierSent + SLICE);
    while (this.#earlierSent < end && socket.backlog <= most) {
      const { frame, exceptSocketId } = this.#earlier[this.#earlierSent++]!;
      if (!this.#isFor(exceptSocketId, false, 0)) continue;
      send(client, frame);
      this.sent++;
    }
  }

  #isFor(except: string | undefined, isPassing: boolean, position: number): boolean {
    if (isPassing) return position > this.#subscribedAt;
    return except === undefined || except !== this.#client.connection.id && !this.#ownIds.includes(except);
  }
}
