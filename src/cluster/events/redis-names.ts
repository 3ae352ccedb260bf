import type { ClusterNames, NamedPlace } from "../../hub/cluster/cluster-names.ts";
import type { PlainCommand, RedisLink } from "../../redis/redis-link.ts";
import type { CommandBatch } from "../command-batch.ts";
import { isDamage } from "../damage.ts";
import type { ControlMessage } from "../membership/control-message.ts";
import { processOfNode } from "../membership/node-lease.ts";
import type { RedisKeys } from "../redis-keys.ts";

/** What the names need of the rest of the cluster. */
export interface RedisNamesParts {
  readonly link: Pick<RedisLink, "run" | "publishCommand">;
  readonly batch: Pick<CommandBatch, "add">;
  readonly keys: RedisKeys;
  readonly isUp: () => boolean;
  readonly nodeId: () => string;
}

/** Connections that may come back, in Redis: a text for each, and one hash for the additions of each node. */
export class RedisNames implements ClusterNames {
  readonly #parts: RedisNamesParts;
  period = 0;

  constructor(parts: RedisNamesParts) {
    this.#parts = parts;
  }

  get place(): string {
    return processOfNode(this.#parts.nodeId());
  }

  keep(name: string, text: string, seconds: number): void {
    this.#add(["SET", this.#parts.keys.returning(name), text, "PX", milliseconds(seconds)]);
  }

  add(additions: readonly (readonly [name: string, text: string])[], seconds: number): void {
    if (additions.length === 0) return;
    const { batch, keys, isUp } = this.#parts, key = keys.additions(this.place);
    if (!isUp()) return;
    batch.add(["HSET", key, ...additions.flat()], (answer) => {
      if (!isDamage(answer)) return;
      // Another program has written there.
      batch.add(["DEL", key]);
      this.period++;
    });
    batch.add(["PEXPIRE", key, milliseconds(seconds)]);
  }

  end(names: readonly string[]): void {
    if (names.length > 0) this.#add(["HDEL", this.#parts.keys.additions(this.place), ...names]);
  }

  find(names: readonly string[]): Promise<readonly (string | undefined)[] | undefined> {
    const { keys } = this.#parts;
    return this.#read(names.map((name) => ["GET", keys.returning(name)]));
  }

  additions(places: readonly NamedPlace[]): Promise<readonly (string | undefined)[] | undefined> {
    const { keys } = this.#parts;
    return this.#read(places.map(([place, name]) => ["HGET", keys.additions(place), name]));
  }

  recall(applicationId: string, name: string): void {
    this.#control({ type: "recall", node: this.#parts.nodeId(), applicationId, name });
  }

  answerRecall(applicationId: string, name: string, isAlive: boolean): void {
    this.#control({ type: "recalled", node: this.#parts.nodeId(), applicationId, name, isAlive });
  }

  async #read(commands: readonly PlainCommand[]): Promise<readonly (string | undefined)[] | undefined> {
    if (!this.#parts.isUp()) return undefined;
    const answers = await this.#parts.link.run(commands).catch(
      // Redis has gone away, which is handled where it is noticed.
      () => undefined,
    );
    return answers?.map((answer) => typeof answer === "string" ? answer : undefined);
  }

  #control(message: ControlMessage): void {
    const { link, keys } = this.#parts;
    this.#add(link.publishCommand(keys.control, JSON.stringify(message)));
  }

  #add(command: PlainCommand | ReturnType<RedisLink["publishCommand"]>): void {
    if (this.#parts.isUp()) this.#parts.batch.add(command);
  }
}

function milliseconds(seconds: number): number {
  return Math.ceil(seconds * 1000);
}
