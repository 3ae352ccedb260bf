import { loadConfig } from "../../../src/config/load-config.ts";
import type { Config } from "../../../src/config/config.ts";
import { Monitor } from "../../../src/hub/monitor/monitor.ts";
import { Log } from "../../../src/monitoring/log.ts";
import { startServer } from "../../../src/server.ts";
import type { RunningServer } from "../../../src/server/running-server.ts";
import type { PostWebhook } from "../../../src/webhooks/post-webhook.ts";
import type { SeededRandom } from "../../../test/support/churn/seeded-random.ts";
import type { NodeRecord } from "../history/entry.ts";
import type { Moment } from "../history/operation.ts";
import { Route } from "./network.ts";
import type { SimulatedRedis } from "./redis/simulated-redis.ts";
import { SimulatedWires } from "./redis/simulated-wire.ts";
import { SimulatedProcess } from "./simulated-process.ts";
import { SimulatedRuntime } from "./simulated-runtime.ts";
import type { VirtualClock } from "./virtual-clock.ts";

const NO_OPTIONS = { timeout: 5, refusePrivateAddresses: false };

/** What all nodes share. */
export interface NodeWorld {
  readonly clock: VirtualClock;
  readonly random: SeededRandom;
  readonly redis: SimulatedRedis;
  readonly config: Config;
  readonly post: PostWebhook;
  readonly now: () => Moment;
  /** Takes what was thrown and caught nowhere. */
  readonly fault: (node: string, error: unknown) => void;
}

/** A node: the server as it is, on simulated time, network, Redis and sockets. */
export class SimulatedNode {
  readonly name: string;
  readonly process: SimulatedProcess;
  readonly runtime = new SimulatedRuntime();
  readonly toRedis = new Route();
  readonly log: string[] = [];
  readonly #monitor: Monitor;
  /** When its process was started. */
  readonly since: Moment;
  /** Whether no client reaches it. */
  clientsAreCut = false;
  readonly #world: NodeWorld;
  readonly #wires: SimulatedWires;
  #server: RunningServer | undefined;

  constructor(name: string, world: NodeWorld) {
    this.name = name;
    this.since = world.now();
    this.#world = world;
    const { clock, random, redis } = world;
    this.process = new SimulatedProcess(clock, () => random.next(), (error) => world.fault(name, error));
    const log = new Log(
      "json",
      (line) => void this.log.push(line),
      () => new Date(this.process.wallClock()),
    );
    this.#monitor = new Monitor(log);
    this.#wires = new SimulatedWires({ clock, random, redis, route: this.toRedis, process: this.process });
  }

  /** Events that were lost on their way between nodes, as its process counts them and as its log says. */
  get losses(): NodeRecord["losses"] {
    const dropped = Object.values(this.#monitor.counters.cluster?.dropped ?? {});
    return {
      counted: dropped.reduce((sum, count) => sum + count, 0),
      logged: this.log.reduce(
        (sum, line) => sum + Number(/(\d+) events? (?:was|were) lost/.exec(line)?.[1] ?? 0),
        0,
      ),
    };
  }

  /** Starts to serve. */
  start(): void {
    this.process.run(() => void this.#start().catch((error: unknown) => this.#world.fault(this.name, error)));
  }

  /** Whether clients reach it. */
  get isListening(): boolean {
    return this.process.isAlive && this.runtime.isListening;
  }

  /** Ends gracefully. */
  stop(ended: () => void): void {
    this.process.run(() => {
      void this.#server?.stop().then(() => {
        this.kill();
        ended();
      });
    });
  }

  /** Ends at once, as by SIGKILL. */
  kill(): void {
    this.process.kill();
    this.runtime.isListening = false;
    this.runtime.dropAll();
    this.#wires.dropAll();
  }

  /** The network ends its connections to Redis. */
  cutFromRedis(): void {
    this.#wires.cut();
  }

  async #start(): Promise<void> {
    const { random, config, post } = this.#world, { monotonic, wallClock } = this.process;
    const randomBytes = (count: number): Buffer =>
      Buffer.from(Array.from({ length: count }, () => random.below(256)));
    this.#server = await startServer(config, {
      ...{ runtime: this.runtime, monitor: this.#monitor, monotonic, wallClock },
      random: () => random.next(),
      version: "0.0.0",
      restart: () => {},
      around: {
        timers: this.process,
        randomBytes,
        randomUUID: () => randomBytes(16).toString("hex"),
        post: (request) =>
          new Promise((resolve) => {
            void post(request, NO_OPTIONS).then((outcome) => this.process.run(() => resolve(outcome)));
          }),
        openWire: this.#wires.open,
      },
    });
  }
}

/** The configuration of simulated nodes: variables on top of two applications, one for what is tested and one for markers. */
export function simulatedConfig(variables: Readonly<Record<string, string>>, toml: string): Config {
  return loadConfig({
    directory: "/simulation",
    processEnvironment: variables,
    files: {
      read: (path) => path === "/simulation/resound.toml" ? toml : undefined,
      readBytes: () => new Uint8Array(),
      isFolder: (path) => path === "/simulation",
      look: () => undefined,
    },
  });
}
