import { afterAll, beforeAll, describe } from "bun:test";
import { eventually } from "../support/eventually.ts";
import { HAS_REDIS, NO_REDIS } from "../support/redis-server.ts";
import { skipWhen } from "../support/skip-when.ts";
import type { ScalingConfig } from "../../src/config/config.ts";
import type { Timers } from "../../src/failures/timers.ts";
import { type MeetingNodes, NodeProbe } from "./cluster-probe.ts";
import type { RedisKind, RedisSetting } from "./redis-settings.ts";

/** Nodes that meet, with a cluster of their own for each test. */
export class ClusterNodes implements MeetingNodes {
  #redis: RedisSetting | undefined;
  #tests = 0;

  /** Starts the Redis in which the nodes meet. */
  async start(kind: RedisKind): Promise<void> {
    this.#redis = await kind.start();
  }

  async stop(): Promise<void> {
    await this.#redis?.[Symbol.asyncDispose]();
  }

  get redis(): RedisSetting {
    if (this.#redis === undefined) throw new Error("Redis has not been started yet");
    return this.#redis;
  }

  /** The prefix of the cluster that was opened last. */
  get prefix(): string {
    return `resound:${this.#tests}:`;
  }

  /** The first node of a new cluster. */
  one(replaced: Partial<ScalingConfig> = {}, timers?: Timers): Promise<NodeProbe> {
    this.#tests++;
    return NodeProbe.meeting(this.redis.config, { prefix: this.prefix, ...replaced }, timers);
  }

  /** Two nodes of a new cluster, which know each other. */
  async two(): Promise<[NodeProbe, NodeProbe]> {
    const first = await this.one(),
      second = await NodeProbe.meeting(this.redis.config, { prefix: this.prefix });
    const nodes: [NodeProbe, NodeProbe] = [first, second];
    await eventually(() => nodes.map((node) => node.counters.nodes), (seen) => seen.every((n) => n === 2));
    return nodes;
  }
}

/** Describes the same tests for nodes in each of the kinds of Redis. */
export function describeNodes(kinds: readonly RedisKind[], tests: (nodes: ClusterNodes) => void): void {
  for (const kind of kinds) {
    const reason = kind.missing ?? NO_REDIS;
    describe.skipIf(skipWhen(kind.missing !== undefined || !HAS_REDIS, reason))(
      `a node in ${kind.name}`,
      () => {
        const nodes = new ClusterNodes();
        beforeAll(() => nodes.start(kind));
        afterAll(() => nodes.stop());
        tests(nodes);
      },
    );
  }
}
