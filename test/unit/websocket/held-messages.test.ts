import { expect, test } from "bun:test";
import { SoloCluster } from "../../../src/hub/cluster/solo-cluster.ts";
import type { Connection } from "../../../src/hub/connections/connection.ts";
import { Keepalive } from "../../../src/hub/connections/keepalive.ts";
import { TurnBudget } from "../../../src/hub/connections/turn-budget.ts";
import { ReceiveFromCluster } from "../../../src/hub/receive-from-cluster.ts";
import { Endpoint } from "../../../src/websocket/endpoint.ts";
import { MessageBacklog } from "../../../src/websocket/message-backlog.ts";
import { FakeHub, FakeSocket } from "../../support/fake-hub.ts";

/** An established client of a hub whose Redis is behind until the test says otherwise. */
class Client {
  isBehind = true;
  readonly fake: FakeHub;
  readonly endpoint: Endpoint;
  readonly socket: FakeSocket;

  constructor() {
    const solo = new SoloCluster(() => new ReceiveFromCluster({ byId: () => this.fake.hub }));
    const load = { take: () => !this.isBehind, note: () => {} };
    this.fake = new FakeHub({ maxChannelsPerConnection: 10_000 }, { ...solo, load });
    const { monitor, hub, network } = this.fake,
      nextTurn = (then: () => void): void => void setImmediate(then);
    this.endpoint = new Endpoint({
      keepalive: new Keepalive<Connection>(1, () => {}, () => {}),
      budget: new TurnBudget(1024, 512, nextTurn),
      backlog: new MessageBacklog(nextTurn),
      monitor,
      random: Math.random,
      after: () => {},
    }, { hub, key: "the-key", origin: null, address: "::1" });
    this.socket = new FakeSocket(network);
    this.endpoint.open(this.socket);
    this.socket.take();
  }

  get connection(): Connection {
    return [...this.fake.hub.connections][0]!;
  }

  subscribe(from: number, to: number): void {
    for (let number = from; number < to; number++) {
      this.endpoint.message(JSON.stringify({ event: "pusher:subscribe", data: { channel: `c${number}` } }));
    }
  }

  /** Redis has caught up. */
  catchUp(): void {
    this.isBehind = false;
    this.connection.held?.goOn();
  }

  /** The channels that were subscribed to since the last call, in their order. */
  subscribed(): string[] {
    return this.socket.take().map((frame) => (JSON.parse(frame) as { channel: string }).channel);
  }
}

test("a client whose messages wait is read from, so that with its end they come to nothing", () => {
  const client = new Client();
  client.subscribe(0, 90);
  expect([client.socket.paused, client.subscribed()]).toEqual([false, []]);
  client.endpoint.close(1006, undefined);
  expect([client.fake.hub.channels.size, client.fake.hub.connections.waitingBytes]).toEqual([0, 0]);
});

test("a client of which much waits is not read from until Redis has caught up", () => {
  const client = new Client();
  client.subscribe(0, 1000);
  expect([client.socket.paused, client.subscribed()]).toEqual([true, []]);
  client.catchUp();
  expect(client.subscribed()).toEqual(Array.from({ length: 1000 }, (_, number) => `c${number}`));
  expect([client.socket.paused, client.fake.hub.connections.waitingBytes]).toEqual([false, 0]);
});

test.each([["few", 10], ["many", 1000]])(
  "a flood whose turn comes while %s messages wait for Redis is read from when both are through",
  (_word, count) => {
    for (const isRedisFirst of [true, false]) {
      const client = new Client();
      client.subscribe(0, count);
      client.endpoint.behind();
      expect(client.socket.paused).toBe(true);
      const steps = [() => client.catchUp(), () => client.endpoint.caughtUp()];
      for (const step of isRedisFirst ? steps : steps.reverse()) step();
      expect([client.socket.paused, client.subscribed().length]).toEqual([false, count]);
    }
  },
);
