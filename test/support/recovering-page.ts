import type { RecoveryConfig } from "../../src/config/config.ts";
import type { Connection } from "../../src/hub/connections/connection.ts";
import type { RecoveryServices } from "../../src/hub/recovery/recovery-services.ts";
import { broadcast } from "../../src/hub/broadcast/broadcast.ts";
import { PING_FRAME } from "../../src/protocol/encode-frame.ts";
import { subscribe } from "../../src/websocket/subscribe.ts";
import { unsubscribeFromAll } from "../../src/hub/unsubscribe.ts";
import { signChannel } from "./sign-channel.ts";
import { TEST_APPLICATION } from "./test-application.ts";
import { SoloCluster } from "../../src/hub/cluster/solo-cluster.ts";
import type { Cluster } from "../../src/hub/cluster/cluster.ts";
import { ReceiveFromCluster } from "../../src/hub/receive-from-cluster.ts";
import { FakeHub, type FakeSocket, recoveryConfig } from "./fake-hub.ts";

/** Names of connections that were given, over all hubs. */
let names = 0;

/** Timers that run when a test says so. */
export class FakeTimers {
  now = 1_000_000;
  #timers: { readonly at: number; readonly then: () => void }[] = [];

  after(milliseconds: number, then: () => void): void {
    this.#timers.push({ at: this.now + milliseconds, then });
  }

  /** Lets time pass; what is due meanwhile runs in its order. */
  advance(milliseconds: number): void {
    const end = this.now + milliseconds;
    for (;;) {
      this.#timers.sort((left, right) => left.at - right.at);
      const next = this.#timers[0];
      if (next === undefined || next.at > end) break;
      this.#timers.shift();
      this.now = Math.max(this.now, next.at);
      next.then();
    }
    this.now = end;
  }
}

/** A hub with recovery, whose time and network a test controls. */
export class RecoveringHub {
  readonly timers: FakeTimers;
  readonly fake: FakeHub;
  readonly published = new Map<string, number>();

  constructor(
    settings: Partial<RecoveryConfig> = {},
    services: Partial<RecoveryServices> = {},
    { timers = new FakeTimers(), cluster }: { readonly timers?: FakeTimers; readonly cluster?: Cluster } = {},
  ) {
    this.timers = timers;
    this.fake = new FakeHub({ recovery: recoveryConfig({ enabled: true, ...settings }) }, cluster, {}, {
      now: () => this.timers.now,
      wallClock: () => 1_700_000_000_000 + this.timers.now,
      seconds: () => Math.floor(this.timers.now / 1000),
      randomName: () => String(++names).padStart(16, "n"),
      after: (milliseconds, then) => this.timers.after(milliseconds, then),
      soon: (then) => this.timers.after(0, then),
      nextTurn: (then) => this.timers.after(0, then),
      pings: true,
      maxBacklogBytes: 1_000_000,
      ...services,
    });
  }

  /** Publishes the channel's next event, a number that counts from 1. */
  publish(channel: string, except?: string): number {
    const number = (this.published.get(channel) ?? 0) + 1;
    this.published.set(channel, number);
    broadcast(this.fake.hub, "n", JSON.stringify(String(number)), channel, except);
    return number;
  }

  advance(milliseconds: number): void {
    advance([this], milliseconds);
  }
}

/** Lets time pass for hubs that share their timers. */
export function advance(hubs: readonly RecoveringHub[], milliseconds: number): void {
  for (let rest = milliseconds; rest > 0; rest -= 1000) {
    hubs[0]!.timers.advance(Math.min(rest, 1000));
    for (const { fake } of hubs) fake.hub.tick();
  }
}

/** Two nodes of one server: what one tells the other comes a millisecond later. */
export function twoNodes(settings: Partial<RecoveryConfig> = {}): readonly [RecoveringHub, RecoveringHub] {
  const timers = new FakeTimers(), nodes: RecoveringHub[] = [];
  const clusterOf = (index: number): Cluster => {
    const receiver = (node: number) => new ReceiveFromCluster({ byId: () => nodes[node]?.fake.hub });
    const publish = (topic: string, frame: string, except: string | undefined): void =>
      timers.after(1, () => receiver(1 - index).event(topic, frame, except));
    const events = { publish, publishCached: publish, confirmed: () => undefined };
    return Object.assign(new SoloCluster(() => receiver(index)), { isShared: true, events });
  };
  for (const index of [0, 1]) {
    nodes.push(new RecoveringHub(settings, {}, { timers, cluster: clusterOf(index) }));
  }
  return [nodes[0]!, nodes[1]!];
}

/** What a page has got on one channel: numbers of events in their order, and where it was told that something is missing. */
export type Received = (number | "gap")[];

/** A page in a browser: it subscribes to its channels each time it has connected, and its WebSocket layer answers pings. */
export class RecoveringPage {
  readonly received = new Map<string, Received>();
  /** Frames that the page has read, without those that are pings. */
  readonly frames: string[] = [];
  /** The number of the last event of each channel of which the server knows that it has arrived. */
  readonly acknowledged = new Map<string, number>();
  /** Events that came once more, though the server knew that they had arrived. */
  readonly again: string[] = [];
  /** How often it was asked by `pusher:ping`. */
  pusherPings = 0;
  connection: Connection | undefined;
  #hub: RecoveringHub;
  readonly #channels: readonly string[];
  readonly #jar: Set<string>;
  readonly #origin: string;
  readonly #userId: string | undefined;
  /** Whether it has no cookies, and names its last connection alone, in `?resume=`. */
  readonly #isJarless: boolean;
  #socket: FakeSocket | undefined;
  /** The last event of each channel that has come on this connection. */
  readonly #latest = new Map<string, number>();

  constructor(
    hub: RecoveringHub,
    channels: readonly string[],
    { jar = new Set<string>(), origin = "https://a.example", userId, isJarless = false }: {
      readonly jar?: Set<string>;
      readonly origin?: string;
      readonly userId?: string;
      readonly isJarless?: boolean;
    } = {},
  ) {
    this.#isJarless = isJarless;
    this.#hub = hub;
    this.#channels = channels;
    this.#jar = jar;
    this.#origin = origin;
    this.#userId = userId;
  }

  get isConnected(): boolean {
    return this.connection !== undefined;
  }

  /** Connects with all names of its jar and subscribes. `isNoted`: the answer arrives, so that the jar has the new name. */
  connect(isNoted = true, to = this.#hub): void {
    this.#hub = to;
    const { hub } = this.#hub.fake, { connection, socket } = this.#hub.fake.connect();
    const jar = [...this.#jar].map((name) => `${name}=1`).join("; ");
    const naming = this.#isJarless
      ? hub.recovery!.jars.name(null, [...this.#jar][0] ?? null, true)
      : hub.recovery!.jars.name(jar, null, true);
    for (const name of this.#isJarless && isNoted ? [...this.#jar] : naming.deleted) this.#jar.delete(name);
    if (isNoted) this.#jar.add(naming.name);
    connection.lastSeenAt = Math.floor(this.#hub.timers.now / 1000);
    hub.recovery!.opened(connection, naming, this.#origin);
    this.connection = connection;
    this.#socket = socket;
    this.#latest.clear();
    for (const channel of this.#channels) {
      const channelData = this.#userId === undefined ? undefined : JSON.stringify({ user_id: this.#userId });
      const auth = channel.startsWith("presence-")
        ? signChannel(TEST_APPLICATION, connection.id, channel, channelData)
        : "";
      const isMember = channel.startsWith("presence-");
      subscribe(hub, connection, {
        type: "subscribe",
        channel,
        auth,
        channelData: isMember ? channelData : undefined,
      });
    }
  }

  /** Reads the next frames that are on their way, at most so many, and answers the pings among them. */
  read(count = Infinity, answers = true): void {
    const { hub } = this.#hub.fake, connection = this.connection, socket = this.#socket;
    if (connection === undefined || socket === undefined) return;
    for (let read = 0; read < count && socket.frames.length > 0; read++) {
      const frame = socket.frames.shift()!, ping = /^\(ping (\d+)\)$/.exec(frame)?.[1];
      if (ping !== undefined) {
        if (!answers) continue;
        connection.lastSeenAt = Math.floor(this.#hub.timers.now / 1000);
        hub.recovery?.acknowledgements.answered(connection, Buffer.from(ping));
        for (const [channel, number] of this.#latest) this.acknowledged.set(channel, number);
        continue;
      }
      if (frame === PING_FRAME) {
        this.pusherPings++;
        if (!answers) continue;
        connection.lastSeenAt = Math.floor(this.#hub.timers.now / 1000);
        hub.recovery?.acknowledgements.pong(connection);
        continue;
      }
      this.frames.push(frame);
      const { event, channel, data } = JSON.parse(frame) as { event: string; channel: string; data: string };
      let received = this.received.get(channel);
      if (received === undefined) this.received.set(channel, received = []);
      if (event === "n") {
        received.push(Number(data));
        this.#latest.set(channel, Number(data));
        if (Number(data) <= (this.acknowledged.get(channel) ?? 0)) this.again.push(`${channel} ${data}`);
      }
      if (event === "resound:gap") received.push("gap");
    }
  }

  /** The connection ends; what is on its way is lost. */
  end(code = 1006): void {
    const { hub } = this.#hub.fake, connection = this.connection, socket = this.#socket;
    if (connection === undefined || socket === undefined) return;
    connection.disconnect ??= code === 1006 ? "lost" : "client";
    this.#hub.fake.network.sockets.delete(socket);
    hub.connections.remove(connection);
    unsubscribeFromAll(hub, connection, hub.recovery?.ended(connection, code));
    this.connection = this.#socket = undefined;
  }

  /** Ends where the server has closed the connection. */
  notice(): void {
    if (this.#socket?.closed !== undefined) this.end(this.#socket.closed.code);
  }

  /** The client's side is gone, and the server does not know. The answer is what the server takes for the client. */
  lose(): RecoveringPage {
    const ghost = new RecoveringPage(this.#hub, [], { jar: this.#jar, origin: this.#origin });
    ghost.connection = this.connection;
    ghost.#socket = this.#socket;
    this.connection = this.#socket = undefined;
    return ghost;
  }
}
