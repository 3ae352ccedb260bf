import { CACHE_SECONDS } from "../../hub/channels/event-cache.ts";
import type { EventLogging } from "../../hub/cluster/cluster-log.ts";
import type { ClusterEvents } from "../../hub/cluster/cluster-events.ts";
import type { Timers } from "../../failures/timers.ts";
import type { ClusterCounters } from "../../monitoring/cluster-counters.ts";
import type { RedisCommand, RedisLink, ScriptCall } from "../../redis/redis-link.ts";
import type { Audience } from "../membership/audience.ts";
import type { ControlMessage } from "../membership/control-message.ts";
import type { Fleet } from "../redis-cluster-parts.ts";
import type { RedisKeys } from "../redis-keys.ts";
import type { RedisPatience } from "../redis-patience.ts";
import { PUBLISH_CACHED } from "../redis-scripts.ts";
import type { InterestTable } from "./interest-table.ts";
import type { Outbox } from "./outbox.ts";
import { PUBLISH_LOGGED } from "./log-scripts.ts";
import { LogAnswers } from "./log-answers.ts";
import { type RecentEvent, RecentEvents } from "./recent-events.ts";
import { eventMessage, eventRest } from "./wire-message.ts";

/** What publishing needs of the rest of the cluster. */
export interface RedisEventsParts {
  readonly link: Pick<RedisLink, "publishCommand">;
  readonly keys: RedisKeys;
  readonly outbox: Outbox;
  readonly interests: Pick<InterestTable, "find">;
  /** Names this process among all nodes. */
  readonly processId: string;
  /** The command with which scripts publish. */
  readonly publish: () => "PUBLISH" | "SPUBLISH";
  readonly audience: Pick<Audience, "isAlone">;
  readonly counters: ClusterCounters;
  readonly timers: Pick<Timers, "after">;
  readonly patience: Pick<RedisPatience, "call">;
  /** The PHP nodes on the same Redis; `undefined` where there are none. */
  readonly fleet?: Fleet | undefined;
  /** Seconds that only grow. */
  readonly now: () => number;
}

/**
 * Publishes this node's events through the outbox. Each has a number, so that receivers know one that is sent again. While no other node
 * can be listening, only those are sent of which Redis keeps something.
 */
export class RedisEvents implements ClusterEvents {
  readonly #parts: RedisEventsParts;
  readonly #recent: RecentEvents;
  readonly #answers: LogAnswers;
  #sequence = 0;

  constructor(parts: RedisEventsParts) {
    this.#parts = parts;
    this.#recent = new RecentEvents(parts.now);
    const { counters, patience, timers } = parts;
    this.#answers = new LogAnswers((events) => void (counters.unlogged += events), patience.call, timers);
  }

  publish(
    topic: string,
    frame: string,
    exceptSocketId: string | undefined,
    logging?: EventLogging,
  ): void {
    const { link, keys, outbox, processId, audience, fleet } = this.#parts;
    fleet?.published(topic, frame, exceptSocketId);
    if (logging !== undefined) return this.#publishLogged(false, topic, frame, exceptSocketId, logging);
    const sequence = this.#next(topic);
    if (audience.isAlone) return;
    const message = eventMessage(false, processId, sequence, exceptSocketId, frame);
    outbox.push(link.publishCommand(keys.channel(topic), message), message.length);
  }

  publishCached(
    topic: string,
    frame: string,
    exceptSocketId: string | undefined,
    logging?: EventLogging,
  ): void {
    this.#parts.fleet?.published(topic, frame, exceptSocketId);
    if (logging !== undefined) return this.#publishLogged(true, topic, frame, exceptSocketId, logging);
    const { keys, outbox, interests, processId, publish } = this.#parts, sequence = this.#next(topic);
    const message = eventMessage(true, processId, sequence, exceptSocketId, frame);
    const args = [keys.channel(topic), publish(), message, frame, CACHE_SECONDS];
    const command = { script: PUBLISH_CACHED, keys: [keys.event(topic)], args };
    outbox.push(command, message.length, interests.find(topic)?.awaitEvent(sequence));
  }

  /** Only calls that have sent events which are logged wait for Redis. */
  confirmed(): Promise<void> | undefined {
    return this.#answers.all();
  }

  /** What this node has published in the last so many milliseconds. */
  recent(milliseconds: number): readonly RecentEvent[] {
    return this.#recent.within(milliseconds);
  }

  /** Sends a message to all nodes, behind the events that wait. */
  tell(message: ControlMessage): void {
    const { link, keys, outbox } = this.#parts;
    outbox.tell(link.publishCommand(keys.control, JSON.stringify(message)));
  }

  #next(topic: string): number {
    this.#recent.published(topic, ++this.#sequence);
    return this.#sequence;
  }

  #publishLogged(
    cached: boolean,
    topic: string,
    frame: string,
    exceptSocketId: string | undefined,
    { events, seconds, position, begins }: EventLogging,
  ): void {
    const { keys, outbox, interests, processId, publish } = this.#parts;
    const sequence = this.#next(topic), rest = eventRest(sequence, exceptSocketId, frame);
    const command: ScriptCall = {
      script: PUBLISH_LOGGED,
      keys: [keys.log(topic), ...cached ? [keys.event(topic)] : []],
      args: [
        ...[keys.channel(topic), publish(), cached ? "C" : "E", processId, position, rest],
        ...[events, Math.ceil(seconds * 1000), begins ? "1" : "", ...cached ? [frame, CACHE_SECONDS] : []],
      ],
    };
    const lost = cached ? interests.find(topic)?.awaitEvent(sequence) : undefined;
    outbox.push(command, rest.length + processId.length, lost, this.#answers.next(), sentAgain);
  }
}

/** The command of an event that Redis may have taken already. */
function sentAgain(command: RedisCommand): RedisCommand {
  if (!("script" in command)) return command;
  const { keys, args } = command;
  return { ...command, args: [...args, ...keys.length > 1 ? [] : ["", ""], "1"] };
}
