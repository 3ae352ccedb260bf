import { systemTimers } from "../../src/failures/timers.ts";
import { Application } from "../../src/hub/applications/application.ts";
import { EventCache } from "../../src/hub/channels/event-cache.ts";
import { ChannelNumbers } from "../../src/hub/channels/topic.ts";
import type { ApplicationConfig, RecoveryConfig } from "../../src/config/config.ts";
import type { Cluster } from "../../src/hub/cluster/cluster.ts";
import { SoloCluster } from "../../src/hub/cluster/solo-cluster.ts";
import { Connection } from "../../src/hub/connections/connection.ts";
import type { Socket } from "../../src/hub/connections/socket.ts";
import type { Pace } from "../../src/hub/connections/welcome.ts";
import { Hub } from "../../src/hub/hub.ts";
import { ReceiveFromCluster } from "../../src/hub/receive-from-cluster.ts";
import { Log } from "../../src/monitoring/log.ts";
import type { RecoveryServices } from "../../src/hub/recovery/recovery-services.ts";
import { Monitor } from "../../src/hub/monitor/monitor.ts";
import { NODE_DIGESTS } from "../../src/protocol/digests.ts";
import { TEST_APPLICATION } from "./test-application.ts";

/** The default settings of an application, except for what a test replaces. */
export function applicationConfig(replaced: Partial<ApplicationConfig> = {}): ApplicationConfig {
  return {
    ...TEST_APPLICATION,
    enabled: true,
    allowedOrigins: ["*"],
    pingInterval: 60,
    activityTimeout: 30,
    maxConnections: undefined,
    maxConnectionsPerAddress: undefined,
    maxApiCallsPerSecond: undefined,
    maxClientEventsPerSecond: undefined,
    signInSeconds: undefined,
    maxMessageSize: 10_000,
    acceptClientEventsFrom: "members",
    rateLimiting: { enabled: false, maxAttempts: 60, decaySeconds: 60, terminateOnLimit: false },
    maxChannelsPerConnection: 100,
    maxChannels: 250_000,
    maxChannelBytes: 33_554_432,
    maxChannelNameLength: 200,
    maxChannelsPerEvent: 100,
    maxEventsPerBatch: 10,
    subscriptionCount: false,
    webhooks: [],
    idempotency: { seconds: 600, maxKeys: 1_000, maxBytes: 1_000_000 },
    recovery: recoveryConfig(),
    ...replaced,
  };
}

/** The default settings of recovery, which is off, except for what a test replaces. */
export function recoveryConfig(replaced: Partial<RecoveryConfig> = {}): RecoveryConfig {
  return {
    enabled: false,
    channels: ["*"],
    seconds: 120,
    maxEvents: 1_000,
    maxBytes: 67_108_864,
    acknowledgeEvery: 20,
    acknowledge: "ping",
    holdSeconds: 15,
    rewind: [],
    history: [],
    ...replaced,
  };
}

/** A WebSocket without a network: keeps the frames that it is sent, in order. */
export class FakeSocket implements Socket {
  readonly frames: string[] = [];
  backlog = 0;
  paused = false;
  readonly topics = new Set<string>();
  closed: { readonly code: number | undefined; readonly reason: string | undefined } | undefined;
  readonly #network: FakeNetwork;

  constructor(network: FakeNetwork) {
    this.#network = network;
    network.sockets.add(this);
  }

  send(frame: string): void {
    if (this.closed === undefined) this.frames.push(frame);
  }

  ping(payload?: string): boolean {
    this.send(payload === undefined ? "(ping)" : `(ping ${payload})`);
    return true;
  }

  pause(): boolean {
    return this.paused = true;
  }

  resume(): void {
    this.paused = false;
  }

  close(code?: number, reason?: string): void {
    this.closed ??= { code, reason };
  }

  subscribe(topic: string): void {
    this.topics.add(topic);
  }

  unsubscribe(topic: string): void {
    this.topics.delete(topic);
  }

  publish(topic: string, frame: string): void {
    this.#network.publish(topic, frame, this);
  }

  /** The frames since the last call. */
  take(): string[] {
    return this.frames.splice(0);
  }
}

/** The pub/sub of a runtime, over fake sockets. */
export class FakeNetwork {
  readonly sockets = new Set<FakeSocket>();

  publish(topic: string, frame: string, except?: FakeSocket): void {
    for (const socket of this.sockets) {
      if (socket !== except && socket.topics.has(topic)) socket.send(frame);
    }
  }

  subscriberCount(topic: string): number {
    return [...this.sockets].filter((socket) => socket.topics.has(topic)).length;
  }
}

/** The hub of one application with nothing real around it. */
export class FakeHub {
  readonly network = new FakeNetwork();
  /** Seconds, for the cache. */
  now = 1;
  readonly log: string[] = [];
  readonly monitor: Monitor;
  readonly hub: Hub;
  #connections = 0;
  #tokens = 0;

  /** Alone unless a test brings a cluster. */
  constructor(
    replaced: Partial<ApplicationConfig> = {},
    cluster: Cluster = new SoloCluster(() => new ReceiveFromCluster({ byId: () => this.hub })),
    pace: Partial<Pace> = {},
    recovery?: RecoveryServices,
  ) {
    this.monitor = new Monitor(new Log("text", (line) => this.log.push(line), () => new Date(0)));
    const cache = new EventCache({ maxEvents: 100, maxBytes: 100_000 }, () => this.now);
    this.hub = new Hub(new Application(applicationConfig(replaced)), {
      timers: systemTimers,
      publisher: this.network,
      digests: NODE_DIGESTS,
      cache,
      cluster,
      channelNumbers: new ChannelNumbers(),
      monitor: this.monitor,
      pace: { rate: () => 0, every: () => () => {}, monotonic: () => 0, random: () => 0, ...pace },
      keyedCalls: {
        now: () => this.now * 1000,
        // The clock is the test's, so that a wait looks at it in each turn.
        after(_milliseconds, then) {
          const turn = setImmediate(then);
          return () => clearImmediate(turn);
        },
        newToken: () => `t${++this.#tokens}`,
      },
      recovery,
    });
  }

  /** An established connection; its ids are `1.1`, `2.2` and so on. */
  connect(address = "127.0.0.1"): { readonly connection: Connection; readonly socket: FakeSocket } {
    const socket = new FakeSocket(this.network), number = ++this.#connections;
    const connection = new Connection(`${number}.${number}`, this.hub.application, socket, address);
    this.hub.connections.add(connection);
    return { connection, socket };
  }
}
