import type { ClusterUsers } from "../hub/cluster/cluster-users.ts";
import type { RedisLink } from "../redis/redis-link.ts";
import type { Outbox } from "./events/outbox.ts";
import type { ControlMessage } from "./membership/control-message.ts";
import type { RedisKeys } from "./redis-keys.ts";

/** What acting on users needs of the rest of the cluster. */
export interface RedisUsersParts {
  readonly link: Pick<RedisLink, "publishCommand">;
  readonly keys: RedisKeys;
  readonly outbox: Outbox;
  readonly nodeId: () => string;
}

/** Asks the other nodes on the control channel. The message waits in the outbox while Redis is away, as events do. */
export class RedisUsers implements ClusterUsers {
  readonly #parts: RedisUsersParts;

  constructor(parts: RedisUsersParts) {
    this.#parts = parts;
  }

  terminate(applicationId: string, userId: string): void {
    this.#send({ type: "terminate", node: this.#parts.nodeId(), applicationId, userId });
  }

  unsubscribe(applicationId: string, userId: string, pattern: string): void {
    this.#send({ type: "unsubscribe", node: this.#parts.nodeId(), applicationId, userId, pattern });
  }

  close(applicationId: string, socketId: string): void {
    this.#send({ type: "close", node: this.#parts.nodeId(), applicationId, socketId });
  }

  #send(message: ControlMessage): void {
    const { link, keys, outbox } = this.#parts, text = JSON.stringify(message);
    outbox.push(link.publishCommand(keys.control, text), text.length);
  }
}
