import { TurnBudget } from "../../../src/hub/connections/turn-budget.ts";
import { MessageBacklog } from "../../../src/websocket/message-backlog.ts";
import { expect, test } from "bun:test";
import { SoloCluster } from "../../../src/hub/cluster/solo-cluster.ts";
import { Keepalive } from "../../../src/hub/connections/keepalive.ts";
import type { Connection } from "../../../src/hub/connections/connection.ts";
import { ReceiveFromCluster } from "../../../src/hub/receive-from-cluster.ts";
import { EARLY_LIMITS, MOST_WAITING_BYTES } from "../../../src/websocket/waiting-messages.ts";
import { Endpoint, type EndpointServices } from "../../../src/websocket/endpoint.ts";
import { FakeHub, FakeSocket } from "../../support/fake-hub.ts";

const nextTurn = (then: () => void): void => void setImmediate(then);
const newBudget = (): Pick<EndpointServices, "budget" | "backlog"> => ({
  budget: new TurnBudget(1024, 512, nextTurn),
  backlog: new MessageBacklog(nextTurn),
});

/** A hub whose quota answers later, and clients that wait for it. */
class SlowDoor {
  readonly decisions: ((admitted: boolean) => void)[] = [];
  readonly fake: FakeHub;
  readonly #keepalive = new Keepalive<Connection>(1, () => {}, () => {});

  constructor() {
    const solo = new SoloCluster(() => new ReceiveFromCluster({ byId: () => this.fake.hub }));
    this.fake = new FakeHub({ maxConnections: 1000 }, {
      ...solo,
      isShared: true,
      quota: { admit: (_app, _count, _limit, decide) => void this.decisions.push(decide) },
    });
  }

  open(): { readonly endpoint: Endpoint; readonly socket: FakeSocket } {
    const { monitor, hub, network } = this.fake;
    const endpoint = new Endpoint({
      keepalive: this.#keepalive,
      ...newBudget(),
      monitor,
      random: Math.random,
      after: () => {},
    }, {
      hub,
      key: "the-key",
      origin: null,
      address: "::1",
    });
    const socket = new FakeSocket(network);
    endpoint.open(socket);
    return { endpoint, socket };
  }
}

const subscribe = (channel: string): string =>
  JSON.stringify({ event: "pusher:subscribe", data: { channel } });
const event = (frame: string): string => (JSON.parse(frame) as { event: string }).event;

test("messages that come before the admission are handled after the first frame, in their order", () => {
  const door = new SlowDoor(), { endpoint, socket } = door.open();
  for (let number = 0; number < 50; number++) endpoint.message(subscribe(`c${number}`));
  endpoint.message(new TextEncoder().encode('{"event":"pusher:ping"}'));
  expect(socket.take()).toEqual([]);
  door.decisions[0]!(true);
  const frames = socket.take();
  expect(frames.map(event)).toEqual([
    "pusher:connection_established",
    ...Array.from({ length: 50 }, () => "pusher_internal:subscription_succeeded"),
    "pusher:pong",
  ]);
  expect(frames[50]).toContain('"channel":"c49"');
  expect(door.fake.hub.connections.waitingBytes).toBe(0);
});

test("messages of a client that is not admitted are forgotten", () => {
  const door = new SlowDoor(), { endpoint, socket } = door.open();
  endpoint.message(subscribe("c"));
  door.decisions[0]!(false);
  expect(socket.take().map(event)).toEqual(["pusher:error"]);
  expect(socket.closed?.code).toBe(4004);
  expect(door.fake.hub.channels.size).toBe(0);
  expect(door.fake.hub.connections.waitingBytes).toBe(0);
});

test("a client that goes while it waits leaves nothing behind", () => {
  const door = new SlowDoor(), { endpoint, socket } = door.open();
  endpoint.message(subscribe("c"));
  endpoint.close(1006, undefined);
  expect(door.fake.hub.connections.waitingBytes).toBe(0);
  door.decisions[0]!(true);
  expect(socket.take()).toEqual([]);
  expect([door.fake.hub.connections.size, door.fake.hub.connections.admitting]).toEqual([0, 0]);
  expect(door.fake.hub.channels.size).toBe(0);
});

test("a client with too many or too long messages is closed cleanly, and stays closed when it is admitted", () => {
  const floods: ((endpoint: Endpoint) => void)[] = [
    (endpoint) => {
      for (let number = 0; number <= EARLY_LIMITS.messages; number++) endpoint.message("x");
    },
    (endpoint) => endpoint.message("x".repeat(EARLY_LIMITS.bytes / 2 + 1)),
    (endpoint) => endpoint.message(new Uint8Array(EARLY_LIMITS.bytes + 1)),
  ];
  for (const flood of floods) {
    const door = new SlowDoor(), { endpoint, socket } = door.open();
    flood(endpoint);
    endpoint.message(subscribe("c"));
    expect(socket.closed).toEqual({
      code: 4100,
      reason: "Too many messages before the connection was established",
    });
    expect(socket.take().map(event)).toEqual(["pusher:error"]);
    door.decisions[0]!(true);
    expect(socket.take()).toEqual([]);
    expect(door.fake.hub.connections.size).toBe(0);
    expect(door.fake.hub.connections.waitingBytes).toBe(0);
    expect(door.fake.monitor.counters.refusals.get("too_early")).toBe(1);
  }
});

test("all clients that wait have a bound together", () => {
  const door = new SlowDoor(), one = "x".repeat(EARLY_LIMITS.bytes / 2);
  const room = MOST_WAITING_BYTES / EARLY_LIMITS.bytes;
  const clients = Array.from({ length: room + 1 }, () => door.open());
  for (const { endpoint } of clients) endpoint.message(one);
  expect(clients.filter(({ socket }) => socket.closed !== undefined)).toHaveLength(1);
  expect(door.fake.hub.connections.waitingBytes).toBe(MOST_WAITING_BYTES);
});
