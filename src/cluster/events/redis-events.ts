import { CACHE_SECONDS } from "../../hub/channels/event-cache.ts";
import type { ClusterEvents } from "../../hub/cluster/cluster-events.ts";
import type { RedisLink } from "../../redis/redis-link.ts";
import type { RedisKeys } from "../redis-keys.ts";
import { PUBLISH_CACHED } from "../redis-scripts.ts";
import type { InterestTable } from "./interest-table.ts";
import type { Outbox } from "./outbox.ts";
import { eventMessage } from "./wire-message.ts";

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
}

/** Publishes this node's events through the outbox. Each has a number, so that receivers know one that is sent again. */
export class RedisEvents implements ClusterEvents {
  readonly #parts: RedisEventsParts;
  #sequence = 0;

  constructor(parts: RedisEventsParts) {
    this.#parts = parts;
  }

  publish(topic: string, frame: string, exceptSocketId: string | undefined): void {
    const { link, keys, outbox, processId } = this.#parts;
    const message = eventMessage(false, processId, ++this.#sequence, exceptSocketId, frame);
    outbox.push(link.publishCommand(keys.channel(topic), message), message.length);
  }

  publishCached(topic: string, frame: string, exceptSocketId: string | undefined): void {
    const { keys, outbox, interests, processId, publish } = this.#parts, sequence = ++this.#sequence;
    const message = eventMessage(true, processId, sequence, exceptSocketId, frame);
    const args = [keys.channel(topic), publish(), message, frame, CACHE_SECONDS];
    const command = { script: PUBLISH_CACHED, keys: [keys.event(topic)], args };
    outbox.push(command, message.length, interests.find(topic)?.awaitEvent(sequence));
  }

  /** Calls do not wait for Redis. */
  confirmed(): undefined {
    return undefined;
  }
}
