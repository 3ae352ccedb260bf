import { MessageBacklog } from "../../../src/websocket/message-backlog.ts";
import { TurnBudget } from "../../../src/hub/connections/turn-budget.ts";
import { expect, test } from "bun:test";
import type { ApplicationConfig } from "../../../src/config/config.ts";
import type { Connection } from "../../../src/hub/connections/connection.ts";
import { Keepalive } from "../../../src/hub/connections/keepalive.ts";
import { Endpoint, type EndpointServices } from "../../../src/websocket/endpoint.ts";
import { FakeHub, FakeSocket } from "../../support/fake-hub.ts";

const nextTurn = (then: () => void): void => void setImmediate(then);
const newBudget = (): Pick<EndpointServices, "budget" | "backlog"> => ({
  budget: new TurnBudget(1024, 512, nextTurn),
  backlog: new MessageBacklog(nextTurn),
});

/** A hub with a keepalive wheel, and a way to open connections to it. */
class Door {
  readonly fake: FakeHub;
  /** Makes the socket ids: all the same, unless a test brings another. */
  random = (): number => 0.5;
  readonly timers: { readonly milliseconds: number; readonly then: () => void }[] = [];
  readonly keepalive = new Keepalive<Connection>(1, () => {}, () => {});

  constructor(replaced: Partial<ApplicationConfig> = {}) {
    this.fake = new FakeHub(replaced);
  }

  /** Opens a connection. Its first frames are not read yet. */
  open(
    origin: string | null = null,
    known = true,
  ): { readonly endpoint: Endpoint; readonly socket: FakeSocket } {
    const { monitor, hub, network } = this.fake;
    const endpoint = new Endpoint({
      keepalive: this.keepalive,
      ...newBudget(),
      monitor,
      random: this.random,
      after: (milliseconds, then) => void this.timers.push({ milliseconds, then }),
    }, {
      hub: known ? hub : undefined,
      key: "the-key",
      origin,
      address: "::1",
    });
    const socket = new FakeSocket(network);
    endpoint.open(socket);
    return { endpoint, socket };
  }
}

function errorFrame(code: number, message: string): string {
  return `{"event":"pusher:error","data":"{\\"code\\":${code},\\"message\\":\\"${message}\\"}"}`;
}

test("an accepted connection gets its socket id and the application's timeout", () => {
  const door = new Door({ activityTimeout: 7 });
  expect(door.open().socket.take()).toEqual([
    '{"event":"pusher:connection_established","data":"{\\"socket_id\\":\\"500000001.500000001\\",\\"activity_timeout\\":7}"}',
  ]);
  expect(door.fake.hub.connections.size).toBe(1);
});

test("a client that is not admitted gets the error and a close with the same code, and its messages are ignored", () => {
  const unknown = new Door().open(null, false);
  expect(unknown.socket.take()).toEqual([errorFrame(4001, "Application does not exist")]);
  expect(unknown.socket.closed).toEqual({ code: 4001, reason: "Application does not exist" });

  const full = new Door({ maxConnections: 1 });
  full.open();
  const second = full.open();
  expect(second.socket.take()).toEqual([errorFrame(4004, "Application is over connection quota")]);
  expect(second.socket.closed?.code).toBe(4004);

  const strict = new Door({ allowedOrigins: ["laravel.com"] });
  const foreign = strict.open("https://evil.org");
  expect(foreign.socket.take()).toEqual([errorFrame(4009, "Origin not allowed")]);
  expect(foreign.socket.closed?.code).toBe(4009);

  for (const { endpoint, socket } of [unknown, second, foreign]) {
    endpoint.message('{"event":"pusher:subscribe","data":{"channel":"a"}}');
    endpoint.control("ping");
    endpoint.close(1006, undefined);
    expect([socket.frames, socket.topics.size]).toEqual([[], 0]);
  }
  expect(full.fake.hub.connections.size).toBe(1);
  expect(full.fake.monitor.counters.connectionsClosed).toBe(0);
});

test("a message one byte too large closes with 1009, counted in UTF-8", () => {
  for (
    const [frame, closed] of [["x".repeat(12), false], ["x".repeat(13), true], ["äääääääx", true], [
      "ääääää",
      false,
    ]] as const
  ) {
    const { endpoint, socket } = new Door({ maxMessageSize: 12 }).open();
    endpoint.message(frame);
    expect(socket.closed?.code).toBe(closed ? 1009 : undefined!);
  }
});

test("a binary message is invalid", () => {
  const { endpoint, socket } = new Door().open();
  socket.take();
  endpoint.message(new Uint8Array([1]));
  expect(socket.take()).toEqual([errorFrame(4200, "Invalid message format")]);
  expect(socket.closed).toBeUndefined();
});

test("messages over the limit are refused, and close the connection with 4100 where the application has terminate_on_limit", () => {
  for (const terminateOnLimit of [false, true]) {
    const door = new Door({
      rateLimiting: { enabled: true, maxAttempts: 1, decaySeconds: 5, terminateOnLimit },
    });
    const { endpoint, socket } = door.open();
    socket.take();
    for (let i = 0; i < 3; i++) endpoint.message('{"event":"pusher:ping"}');
    const refused = errorFrame(4301, "Rate limit exceeded");
    expect(socket.take()).toEqual([
      '{"event":"pusher:pong"}',
      refused,
      ...(terminateOnLimit ? [] : [refused]),
    ]);
    expect(socket.closed?.code).toBe(terminateOnLimit ? 4100 : undefined!);
  }
});

test("after its end a connection is removed everywhere, also when the runtime reports the end twice", () => {
  const door = new Door();
  const { endpoint } = door.open();
  endpoint.message('{"event":"pusher:subscribe","data":{"channel":"a"}}');
  expect(door.fake.hub.channels.size).toBe(1);
  endpoint.close(1000, undefined);
  endpoint.close(1000, undefined);
  endpoint.message('{"event":"pusher:subscribe","data":{"channel":"a"}}');
  expect([door.fake.hub.channels.size, door.fake.hub.connections.size]).toEqual([0, 0]);
  expect(door.fake.monitor.counters).toMatchObject({ connectionsOpened: 1, connectionsClosed: 1 });
});

test("a client that has sent a ping control frame is pinged by control frames; a pong only shows life", () => {
  const door = new Door();
  const { endpoint } = door.open();
  const [connection] = [...door.fake.hub.connections];
  door.keepalive.advance(9);
  endpoint.control("pong");
  expect([connection!.usesControlFrames, connection!.lastSeenAt]).toEqual([false, 9]);
  door.keepalive.advance(10);
  endpoint.control("ping");
  expect([connection!.usesControlFrames, connection!.lastSeenAt]).toEqual([true, 10]);
});

test("the log says why the runtime closed a connection", () => {
  for (const cause of ["slow_reader", "protocol_violation", "message_too_large"] as const) {
    const door = new Door();
    door.open().endpoint.close(1006, cause);
    expect([...door.fake.monitor.counters.refusals]).toEqual([[cause, 1]]);
    expect(door.fake.log.at(-1)).toContain(`reason=${cause}`);
  }
});

test("for a defect of the server the client gets one error, and the log has the trace", () => {
  const door = new Door();
  const { endpoint, socket } = door.open();
  socket.take();
  socket.subscribe = () => {
    throw new Error("broken runtime");
  };
  endpoint.message('{"event":"pusher:subscribe","data":{"channel":"a"}}');
  expect(socket.take()).toEqual([errorFrame(4200, "Invalid message format")]);
  expect(door.fake.log.join("\n")).toContain("broken runtime");
  endpoint.message('{"event":"pusher:ping"}');
  expect(socket.take()).toEqual(['{"event":"pusher:pong"}']);
});

test("an address has no more connections than max_connections_per_address; one that ends makes room", () => {
  const door = new Door({ maxConnectionsPerAddress: 2 });
  door.random = Math.random;
  const [first] = [door.open(), door.open()];
  const { socket } = door.open();
  expect(socket.take()).toEqual([errorFrame(4100, "Too many connections from this address")]);
  expect(socket.closed?.code).toBe(4100);
  first!.endpoint.close(1000, undefined);
  expect(door.open().socket.closed).toBeUndefined();
  expect(door.fake.hub.connections.size).toBe(2);
});

test("connections of before count when the limit is set later, and are not closed", () => {
  const door = new Door();
  door.random = Math.random;
  const earlier = [door.open(), door.open()];
  const { application } = door.fake.hub;
  application.replaceSettings({ ...application.settings, maxConnectionsPerAddress: 2 });
  expect(door.open().socket.closed?.code).toBe(4100);
  expect(earlier.map(({ socket }) => socket.closed)).toEqual([undefined, undefined]);
});

test("with sign_in_seconds a client that stays unknown is closed with 4009", () => {
  const door = new Door({ signInSeconds: 30 }), { socket, endpoint } = door.open();
  endpoint.message('{"event":"pusher:subscribe","data":{"channel":"public"}}');
  socket.take();
  expect(door.timers.map(({ milliseconds }) => milliseconds)).toEqual([30_000]);
  door.timers[0]!.then();
  expect(socket.take()).toEqual([errorFrame(4009, "Connection not authorized within timeout.")]);
  expect(socket.closed).toEqual({ code: 4009, reason: "Connection not authorized within timeout." });
});

test("with sign_in_seconds a client on a private channel stays, and one that has gone is not asked", () => {
  const door = new Door({ signInSeconds: 30 }), kept = door.open(), gone = door.open();
  const { hub } = door.fake, id = [...hub.connections][0]!.id;
  const auth = hub.application.signingKey.sign(`${id}:private-a`);
  const data = { channel: "private-a", auth: `${hub.application.key}:${auth}` };
  kept.endpoint.message(JSON.stringify({ event: "pusher:subscribe", data }));
  expect(kept.socket.take().at(-1)).toContain("subscription_succeeded");
  gone.endpoint.close(1000, undefined);
  gone.socket.take();
  for (const { then } of door.timers) then();
  expect(kept.socket.closed).toBe(undefined);
  expect(gone.socket.frames).toEqual([]);
});

test("without sign_in_seconds nothing is waited for", () => {
  const door = new Door();
  door.open();
  expect(door.timers).toEqual([]);
});

test("max_client_events_per_second refuses client events alone, until the next second", () => {
  const door = new Door({ maxClientEventsPerSecond: 2, acceptClientEventsFrom: "all" });
  const { socket, endpoint } = door.open();
  const send = (): void => endpoint.message('{"event":"client-x","channel":"a","data":{}}');
  const refused = errorFrame(4301, "Rate limit exceeded");
  socket.take();
  // Subscriptions count for nothing.
  for (const name of ["a", "b", "c", "d"]) {
    endpoint.message(`{"event":"pusher:subscribe","data":{"channel":"${name}"}}`);
  }
  expect(socket.take()).toHaveLength(4);
  for (let sent = 0; sent < 4; sent++) send();
  expect(socket.take()).toEqual([refused, refused]);
  door.keepalive.advance(2);
  send();
  expect(socket.take()).toEqual([]);
  expect(socket.closed).toBe(undefined);
});
