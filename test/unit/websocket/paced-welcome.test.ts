import { expect, test } from "bun:test";
import type { ApplicationConfig } from "../../../src/config/config.ts";
import type { Connection } from "../../../src/hub/connections/connection.ts";
import { Keepalive } from "../../../src/hub/connections/keepalive.ts";
import { TurnBudget } from "../../../src/hub/connections/turn-budget.ts";
import { Endpoint } from "../../../src/websocket/endpoint.ts";
import { MessageBacklog } from "../../../src/websocket/message-backlog.ts";
import { FakeHub, FakeSocket } from "../../support/fake-hub.ts";

const nextTurn = (then: () => void): void => void setImmediate(then);

/** A hub that greets one client at once and four a second, whose time passes when a test says so. */
class Door {
  readonly fake: FakeHub;
  #now = 0;
  #look = (): void => {};
  readonly #keepalive = new Keepalive<Connection>(1, () => {}, () => {});

  constructor(replaced: Partial<ApplicationConfig> = {}) {
    this.fake = new FakeHub(replaced, undefined, {
      rate: () => 4,
      monotonic: () => this.#now,
      every: (_, call) => {
        this.#look = call;
        return () => {};
      },
    });
  }

  open(address = "192.0.2.1", origin: string | null = null): { endpoint: Endpoint; socket: FakeSocket } {
    const { monitor, hub, network } = this.fake;
    const budget = new TurnBudget(1024, 512, nextTurn), backlog = new MessageBacklog(nextTurn);
    const endpoint = new Endpoint(
      { keepalive: this.#keepalive, budget, backlog, monitor, random: Math.random, after: () => {} },
      { hub, key: "the-key", origin, address },
    );
    const socket = new FakeSocket(network);
    endpoint.open(socket);
    return { endpoint, socket };
  }

  pass(milliseconds: number): void {
    this.#now += milliseconds;
    this.#look();
  }
}

const subscribe = '{"event":"pusher:subscribe","data":{"channel":"c"}}';
const eventsOf = (socket: FakeSocket): string[] =>
  socket.take().map((frame) => (JSON.parse(frame) as { event: string }).event);

test("a client beyond the pace is greeted at its turn, and what it has sent is handled then", () => {
  const door = new Door(), first = door.open(), second = door.open();
  second.endpoint.message(subscribe);
  second.endpoint.message('{"event":"pusher:ping"}');
  expect([eventsOf(first.socket), eventsOf(second.socket)]).toEqual([["pusher:connection_established"], []]);
  expect([door.fake.hub.connections.size, door.fake.hub.channels.size]).toEqual([1, 0]);
  door.pass(250);
  expect(eventsOf(second.socket)).toEqual([
    "pusher:connection_established",
    "pusher_internal:subscription_succeeded",
    "pusher:pong",
  ]);
  expect([door.fake.hub.connections.size, door.fake.hub.connections.waitingBytes]).toEqual([2, 0]);
});

test("a client that waits for 1.5 seconds gets the error and a close with 4100", () => {
  const door = new Door();
  door.open();
  const clients = Array.from({ length: 6 }, () => door.open());
  // The server stands still: of the six one is greeted.
  door.pass(3000);
  expect(clients.map(({ socket }) => eventsOf(socket).join())).toEqual([
    "pusher:connection_established",
    ...Array.from({ length: 5 }, () => "pusher:error"),
  ]);
  expect(clients[5]!.socket.closed).toEqual({ code: 4100, reason: "Over capacity" });
  for (const { endpoint } of clients) endpoint.close(4100, undefined);
  expect(door.fake.hub.connections.size).toBe(1);
});

test("customers of one IPv6 network are one address", () => {
  const door = new Door(), of = (address: string) => door.open(address).socket;
  door.open();
  const [a, b, c] = [of("2001:db8:1:2::1"), of("2001:db8:1:2::2"), of("192.0.2.7")];
  door.pass(250);
  door.pass(250);
  expect([a, b, c].map((socket) => eventsOf(socket).length)).toEqual([1, 0, 1]);
});

test("a client that goes while it waits leaves nothing behind, and the next one has its turn", () => {
  const door = new Door();
  door.open();
  const second = door.open(), third = door.open();
  second.endpoint.message(subscribe);
  second.endpoint.close(1006, undefined);
  expect(door.fake.hub.connections.waitingBytes).toBe(0);
  door.pass(250);
  expect([second, third].map(({ socket }) => eventsOf(socket).length)).toEqual([0, 1]);
  expect([door.fake.hub.connections.size, door.fake.hub.channels.size]).toEqual([2, 0]);
});

test("a client that sends too much while it waits is closed, and takes no turn", () => {
  const door = new Door();
  door.open();
  const second = door.open();
  for (let number = 0; number <= 1000; number++) second.endpoint.message("x");
  door.pass(250);
  expect(eventsOf(second.socket)).toEqual(["pusher:error"]);
  expect(second.socket.closed?.code).toBe(4100);
  expect(door.fake.monitor.counters.refusals.get("too_early")).toBe(1);
});

test("quota and origin are looked at when it is the client's turn", () => {
  const door = new Door({ maxConnections: 1, allowedOrigins: ["good.example"] });
  const first = door.open("192.0.2.1", "https://good.example");
  const foreign = door.open("192.0.2.1", "https://evil.example"), second = door.open();
  foreign.endpoint.message(subscribe);
  first.endpoint.close(1000, undefined);
  door.pass(250);
  door.pass(250);
  expect([foreign, second].map(({ socket }) => socket.closed?.code)).toEqual([4009, 4009]);
  expect([door.fake.hub.connections.waitingBytes, door.fake.hub.connections.admitting]).toEqual([0, 0]);
});

test("those that wait are among the clients of the application, which a stop closes", () => {
  const door = new Door(), first = door.open(), second = door.open();
  expect(door.fake.hub.clients().map(({ socket }): unknown => socket)).toEqual([first.socket, second.socket]);
});
