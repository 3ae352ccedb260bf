import type { Connection } from "../connections/connection.ts";
import type { GapReason } from "../../monitoring/gap.ts";
import type { Asking } from "./asking.ts";
import type { ClaimedPosition } from "./claim.ts";
import type { ClientMessages } from "./client-messages.ts";
import type { LastEvents } from "./earlier-events.ts";
import type { LogBook } from "./log-book.ts";
import type { Numbers } from "./positions.ts";
import type { RecoverableConnection, RecoveredChannel } from "./recoverable-connection.ts";
import type { SharedLogs } from "./shared-logs.ts";
import { Replay, type ReplayServices } from "./replay.ts";
import type { Replays } from "./replays.ts";

/** How a subscription begins. */
export interface Beginning {
  /** Whether the client is sent the channel's last events, so that the cached one is not sent besides. */
  readonly replacesCached: boolean;
  /** MUST be called right after the subscription was confirmed. */
  readonly run: () => void;
}

/** Where a client begins in a channel's log. */
interface Start extends Omit<ClaimedPosition, "socketIds" | "id"> {
  readonly ownIds: readonly string[];
  /** Whether a place that the log no longer reaches is told. */
  readonly tellsGaps: boolean;
}

/** Where a client begins in the log that all nodes share: behind an id. */
interface SharedStart extends Pick<Start, "ownIds"> {
  readonly id: string;
  /** What is there, where it is read already: for rewind. */
  readonly last?: LastEvents;
  /** Why the client is told before that that it has missed something. */
  readonly gap?: GapReason | undefined;
}

/** What {@link Beginnings} needs. */
export interface BeginningParts {
  readonly logs: LogBook;
  readonly shared: SharedLogs;
  readonly asking: Asking;
  readonly replays: Replays;
  readonly replay: ReplayServices;
  readonly messages: ClientMessages;
  readonly numbers: Numbers;
  /** Milliseconds that only grow. */
  readonly now: () => number;
  /** A subscription goes on without a gap. */
  readonly recovered: () => void;
}

/** Begins subscriptions: where a client goes on, what it is sent, and when it joins the topic. */
export class Beginnings {
  readonly #parts: BeginningParts;

  constructor(parts: BeginningParts) {
    this.#parts = parts;
  }

  /**
   * A subscription begins: the socket joins the topic now, or when the client has been sent what it has missed. `undefined` where there
   * is nothing to do; then the caller MUST join.
   */
  begin(connection: Connection, name: string, topic: string): Beginning | undefined {
    const client = connection.recovery;
    if (client === undefined) return undefined;
    const userId = connection.subscriptions?.get(name)?.hold?.data.userId;
    if (userId !== undefined) client.back?.claim?.releasePlace(name, userId);
    const { rules } = this.#parts.logs, now = this.#parts.now();
    const isFirst = client.back?.begun?.has(name) !== true;
    const claimed = isFirst ? client.back?.claim?.positionOf(name, now) : undefined;
    const gap = this.#gapBefore(client, name, isFirst, claimed !== undefined);
    const logged = this.#parts.logs.open(name);
    if (logged === undefined && gap === undefined && !rules.recovers(name)) return undefined;
    if (isFirst && (claimed !== undefined || gap !== undefined || rules.keeps(name))) {
      remember(client.returning.begun ??= new Set(), name);
    }
    if (claimed !== undefined) client.back?.claim?.wentOn(name);
    if (logged === undefined) {
      connection.socket.subscribe(topic);
      const reason = gap ?? (claimed === undefined ? undefined : "trimmed");
      return {
        replacesCached: false,
        run: () => {
          if (reason !== undefined) this.#parts.messages.gap(client, name, reason);
          // A client has to answer once, so that a gap can be told when it comes back.
          this.#askAfter(client, claimed !== undefined);
        },
      };
    }
    logged.clients++;
    this.#parts.shared.follow(logged);
    client.back?.from?.delete(name);
    const last = client.back?.rewinds?.get(name)?.events, ownIds = claimed?.socketIds ?? [];
    client.back?.rewinds?.delete(name);
    const goesOn = gap === undefined && rules.recovers(name) ? claimed : undefined;
    if (goesOn?.id !== undefined && !logged.log.reaches(goesOn.position)) {
      return this.#beginFromShared(client, logged, { id: goesOn.id, ownIds }, connection, topic);
    }
    if (goesOn === undefined && isFirst && last !== undefined && last.events.length > 0) {
      return this.#beginFromShared(client, logged, { id: last.begin, ownIds, last, gap }, connection, topic);
    }
    const start = goesOn !== undefined
      ? { ...goesOn, ownIds, tellsGaps: true }
      : !isFirst
      ? undefined
      : last === undefined
      ? this.#rewindStart(logged, now, claimed)
      : { position: last.position, before: [], isSettledAt: 0, ownIds, tellsGaps: false };
    const join = (): void => {
      connection.socket.subscribe(topic);
      this.#parts.asking.add(logged, client);
    };
    const isWhole = start !== undefined && start.tellsGaps && logged.log.reaches(start.position);
    const isBehind = start !== undefined &&
      (logged.log.after(start.position) !== undefined || start.before.length > 0 ||
        start.tellsGaps && !isWhole);
    if (isWhole) this.#parts.recovered();
    // A gap is told again where the client is cut before it has heard of it.
    const position = gap === undefined ? undefined : -1;
    if (start !== undefined && start.before.length > 0) client.returning.before.set(name, start.before);
    if (!isBehind) {
      client.begin(name, this.#parts.numbers.last, position);
      join();
    } else client.beginAgain(name, position ?? start.position);
    const subscribedAt = this.#parts.numbers.last;
    return {
      replacesCached: isWhole || isBehind && logged.log.length > 0,
      run: () => {
        if (gap !== undefined) this.#parts.messages.gap(client, name, gap);
        if (!isBehind) return this.#askAfter(client, claimed !== undefined);
        const replay = new Replay(client, logged, { ...start, subscribedAt }, this.#parts.replay, () => {
          join();
          // What comes next has a larger number, and so has the ping.
          client.live(name, this.#parts.numbers.next());
          // Its end, a number of its own, is what the next answer covers.
          client.back?.sentBefore(name, this.#parts.numbers.last);
          this.#askAfter(client, claimed !== undefined);
        });
        this.#parts.replays.start(client, replay);
      },
    };
  }

  /**
   * The client is sent the shared log first: it goes on from another node, or from behind the beginning of this node's log, or is a new
   * subscriber of a channel with rewind.
   */
  #beginFromShared(
    client: RecoverableConnection,
    logged: RecoveredChannel,
    { id, ownIds, last, gap }: SharedStart,
    { socket }: Connection,
    topic: string,
  ): Beginning {
    const { shared, numbers, asking, replays, messages, replay: services, recovered } = this.#parts;
    const { name, log } = logged, subscribedAt = numbers.last, tellsGaps = last === undefined;
    // A gap is told again where the client is cut before it has heard of it.
    client.beginAgain(name, gap === undefined ? log.head : -1);
    if (gap === undefined) (client.returning.from ??= new Map()).set(name, id);
    const start = { position: log.head, ownIds, subscribedAt, tellsGaps, before: [], isSettledAt: 0 };
    const replay = new Replay(client, logged, start, services, () => {
      socket.subscribe(topic);
      asking.add(logged, client);
      client.live(name, numbers.next());
      this.#askAfter(client, true);
    });
    replay.waitForEarlier();
    if (last !== undefined) replay.goOn(last);
    return {
      replacesCached: true,
      run: () => {
        if (gap !== undefined) messages.gap(client, name, gap);
        replays.start(client, replay);
        if (last !== undefined) return;
        void shared.earlier(logged, id).then((earlier) => {
          // The client may have unsubscribed meanwhile.
          if (client.back?.replays?.includes(replay) !== true) return;
          if (earlier === undefined) messages.gap(client, name, "trimmed");
          else recovered();
          replay.goOn(earlier);
          replays.drained(client);
        });
      },
    };
  }

  /** Asks whether all has arrived that was sent until now. The answer makes the claim final, where there is one. */
  #askAfter(client: RecoverableConnection, isClaim: boolean): void {
    // The ping has this number or a larger one.
    const claim = isClaim ? client.back?.claim : undefined;
    if (claim?.isFinal === false) claim.finalAt ??= this.#parts.numbers.last + 1;
    this.#parts.asking.ask(client);
  }

  /** Why the client is told before anything else that it has missed something. */
  #gapBefore(
    client: RecoverableConnection,
    channel: string,
    isFirst: boolean,
    isClaimed: boolean,
  ): GapReason | undefined {
    const { rules } = this.#parts.logs, recovers = rules.recovers(channel);
    if (isClaimed && !recovers) return rules.rewindOf(channel) === undefined ? "dropped" : undefined;
    if (!isFirst || !recovers) return undefined;
    const { isStranger = false, claim } = client.back ?? {};
    return isStranger || !isClaimed && claim?.isUnsure(this.#parts.now()) === true ? "unknown" : undefined;
  }

  /** Where a new subscriber begins that is sent the channel's last events: behind those that it has received live. */
  #rewindStart(
    { name, log }: RecoveredChannel,
    now: number,
    claimed: ClaimedPosition | undefined,
  ):
    | Start
    | undefined {
    const rewind = this.#parts.logs.rules.rewindOf(name);
    const first = rewind === undefined ? undefined : log.last(rewind.events, now - rewind.seconds * 1000)[0];
    if (first === undefined) return undefined;
    const position = Math.max(first.position - 1, claimed?.position ?? -1);
    return { position, before: [], isSettledAt: 0, ownIds: claimed?.socketIds ?? [], tellsGaps: false };
  }
}

/** Channels of one connection that are remembered: it may subscribe to any number, one after the other. */
const MAX_BEGUN = 1000;

/** Adds a name; beyond {@link MAX_BEGUN} the oldest is forgotten. */
function remember(names: Set<string>, name: string): void {
  names.add(name);
  if (names.size <= MAX_BEGUN) return;
  const [oldest] = names;
  names.delete(oldest!);
}
