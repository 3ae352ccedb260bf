import type { Config } from "../../../src/config/config.ts";
import type { SignedRequest } from "../../../src/webhooks/signed-request.ts";
import { SeededRandom } from "../../../test/support/churn/seeded-random.ts";
import { TEST_APPLICATION } from "../../../test/support/test-application.ts";
import type { WebhookEvent } from "../history/entry.ts";
import type { Setup } from "../history/history.ts";
import { Recorder } from "../history/recorder.ts";
import { delay } from "./network.ts";
import { SimulatedRedis } from "./redis/simulated-redis.ts";
import { SimulatedNode } from "./simulated-node.ts";
import { SimulatedProcess } from "./simulated-process.ts";
import { VirtualClock } from "./virtual-clock.ts";

/** Something that was thrown and caught nowhere, or another thing that must not happen and that no checker can see. */
export interface SimulationFault {
  readonly ms: number;
  readonly where: string;
  readonly error: unknown;
}

/** Everything of one run: the time, Redis, the nodes, what is recorded. */
export class SimulatedCluster {
  readonly clock = new VirtualClock();
  readonly random: SeededRandom;
  readonly redis: SimulatedRedis;
  readonly recorder: Recorder;
  readonly application = TEST_APPLICATION;
  readonly faults: SimulationFault[] = [];
  readonly config: Config;
  readonly #nodes = new Map<string, SimulatedNode>();
  /** Nodes that were replaced, whose clients may not have noticed. */
  readonly setup: Setup;

  constructor(setup: Setup, config: Config) {
    this.setup = setup;
    this.config = config;
    // The plan is of the same seed, and must not repeat itself here.
    this.random = new SeededRandom(setup.seed ^ 0x5bd1e995);
    this.recorder = new Recorder(setup, () => this.clock.now);
    this.redis = new SimulatedRedis(
      new SimulatedProcess(this.clock, () => this.random.next(), (error) => this.fault("Redis", error)),
    );
  }

  /** The node that has a slot now. */
  node(slot: string): SimulatedNode {
    const node = this.#nodes.get(slot);
    if (node === undefined) throw new Error(`There is no node ${slot}`);
    return node;
  }

  get nodes(): readonly SimulatedNode[] {
    return [...this.#nodes.values()];
  }

  /** Starts a process in a slot. */
  startNode(slot: string): SimulatedNode {
    const node = new SimulatedNode(slot, {
      ...{ clock: this.clock, random: this.random, redis: this.redis, config: this.config },
      post: (request) => this.#post(request),
      now: () => this.recorder.moment(),
      fault: (where, error) => this.fault(where, error),
    });
    this.#nodes.set(slot, node);
    node.start();
    return node;
  }

  readonly fault = (where: string, error: unknown): void => {
    this.faults.push({ ms: this.clock.now, where, error });
  };

  /** Resolves after so many milliseconds. */
  pause(milliseconds: number): Promise<void> {
    return new Promise((resolve) => void this.clock.schedule(this.clock.now + milliseconds, resolve));
  }

  async #post(
    { body, headers }: SignedRequest,
  ): Promise<{ readonly kind: "accepted"; readonly status: number; readonly body: string }> {
    await this.pause(delay(this.random));
    const { events } = JSON.parse(typeof body === "string" ? body : new TextDecoder().decode(body)) as {
      events: { name: string; channel: string; user_id?: string }[];
    };
    const delivery = new Headers(headers).get("X-Resound-Delivery");
    this.recorder.add({
      type: "webhook",
      at: this.recorder.moment(),
      ...(delivery === null ? {} : { delivery }),
      events: events.map(({ name, channel, user_id: user }): WebhookEvent => ({
        name,
        channel,
        ...(user === undefined ? {} : { user }),
      })),
    });
    await this.pause(delay(this.random));
    return { kind: "accepted", status: 200, body: "" };
  }
}
