import { describe, expect, test } from "bun:test";
import fc from "../../support/fast-check.ts";
import type { Connection } from "../../../src/hub/connections/connection.ts";
import { routeMessage } from "../../../src/websocket/message-router.ts";
import { signOut } from "../../../src/websocket/sign-in.ts";
import { unsubscribeFromAll } from "../../../src/hub/unsubscribe.ts";
import { FakeHub, type FakeSocket } from "../../support/fake-hub.ts";
import { signChannel, signUser } from "../../support/sign-channel.ts";
import { TEST_APPLICATION } from "../../support/test-application.ts";

/** A client that sends frames and reads what has come since the last one. */
class Client {
  readonly connection: Connection;
  readonly socket: FakeSocket;
  readonly #fake: FakeHub;

  constructor(fake: FakeHub) {
    this.#fake = fake;
    ({ connection: this.connection, socket: this.socket } = fake.connect());
  }

  /** Sends one frame and returns the frames that come back. */
  send(event: string, data?: unknown, channel?: string): string[] {
    this.socket.take();
    routeMessage(this.#fake.hub, this.connection, JSON.stringify({ event, data, channel }));
    return this.socket.take();
  }

  subscribe(channel: string, channelData?: string): string[] {
    const auth = signChannel(TEST_APPLICATION, this.connection.id, channel, channelData);
    return this.send("pusher:subscribe", { channel, auth, channel_data: channelData });
  }

  signIn(userData: object): string[] {
    const text = JSON.stringify(userData);
    const auth = signUser(TEST_APPLICATION, this.connection.id, text);
    return this.send("pusher:signin", { auth, user_data: text });
  }

  /** Does what the endpoint does when the runtime reports the end. */
  end(): void {
    this.connection.disconnect = "client";
    this.socket.topics.clear();
    this.#fake.hub.connections.remove(this.connection);
    unsubscribeFromAll(this.#fake.hub, this.connection);
    signOut(this.#fake.hub, this.connection);
  }
}

const UNAUTHORIZED =
  '{"event":"pusher:error","data":"{\\"code\\":4009,\\"message\\":\\"Connection is unauthorized\\"}"}';

function subscriptionError(channel: string): string {
  return `{"event":"pusher:subscription_error","channel":"${channel}",` +
    '"data":{"type":"AuthError","error":"Connection is unauthorized","status":401}}';
}

test("a ping is answered, a pong is not", () => {
  const client = new Client(new FakeHub());
  expect(client.send("pusher:ping", {})).toEqual(['{"event":"pusher:pong"}']);
  expect(client.send("pusher:pong", {})).toEqual([]);
});

test("an invalid message is answered with Reverb's sentence, one with a foreign name is not answered", () => {
  const fake = new FakeHub(), client = new Client(fake);
  const invalid =
    '{"event":"pusher:error","data":"{\\"code\\":4200,\\"message\\":\\"Invalid message format\\"}"}';
  expect(client.send("pusher:nonsense")).toEqual([invalid]);
  expect(client.send("hello", {}, "c")).toEqual([]);
  expect([...fake.monitor.counters.refusals]).toEqual([["invalid_message", 1], ["ignored_event", 1]]);
});

test("subscribing again is confirmed again and counts once", () => {
  const fake = new FakeHub(), client = new Client(fake);
  const first = client.subscribe("presence-a", '{"user_id":1}');
  expect(client.subscribe("presence-a", '{"user_id":1}')).toEqual(first);
  const channel = fake.hub.channels.find("presence-a");
  expect([channel?.subscriptionCount, channel?.presence?.roster.userCount]).toEqual([1, 1]);
});

describe("a subscription is refused, for its channel alone", () => {
  test.each(["private-a", "presence-a", "private-encrypted-a", "private-cache-a"])(
    "%s unsigned",
    (channel) => {
      const fake = new FakeHub(), client = new Client(fake);
      expect(client.send("pusher:subscribe", { channel, auth: "" })).toEqual([
        UNAUTHORIZED,
        subscriptionError(channel),
      ]);
      expect([fake.hub.channels.size, client.socket.topics.size, client.socket.closed]).toEqual([
        0,
        0,
        undefined,
      ]);
    },
  );

  test("with the signature of another connection, channel or member", () => {
    const client = new Client(new FakeHub());
    for (
      const [socketId, channel] of [["9.9", "private-a"], ["1.10", "private-a"], [
        "1.1",
        "private-b",
      ]] as const
    ) {
      const auth = signChannel(TEST_APPLICATION, socketId, channel);
      expect(client.send("pusher:subscribe", { channel: "private-a", auth })[0]).toBe(UNAUTHORIZED);
    }
    const auth = signChannel(TEST_APPLICATION, "1.1", "presence-a", '{"user_id":1}');
    expect(
      client.send("pusher:subscribe", { channel: "presence-a", auth, channel_data: '{"user_id":2}' })[0],
    ).toBe(UNAUTHORIZED);
  });

  test("without a member for a presence channel", () => {
    const client = new Client(new FakeHub());
    expect(client.subscribe("presence-a")).toEqual([UNAUTHORIZED, subscriptionError("presence-a")]);
    expect(client.subscribe("presence-a", "{}")).toEqual([UNAUTHORIZED, subscriptionError("presence-a")]);
  });

  test("when the connection has as many channels as it may have", () => {
    const client = new Client(new FakeHub({ maxChannelsPerConnection: 1 }));
    client.subscribe("a");
    expect(client.subscribe("b").at(-1)).toContain('"type":"LimitReached"');
    client.send("pusher:unsubscribe", { channel: "a" });
    expect(client.subscribe("b")[0]).toContain("subscription_succeeded");
  });
});

test("a signed-in connection subscribes to a presence channel as its user", () => {
  const client = new Client(new FakeHub());
  client.signIn({ id: "7", user_info: { name: "Ann" } });
  expect(client.subscribe("presence-a")[0]).toContain('{\\"7\\":{\\"name\\":\\"Ann\\"}}');
});

test("a second sign-in as another user is refused, and the first one stays", () => {
  const client = new Client(new FakeHub());
  const succeeded = '{"event":"pusher:signin_success","data":{"user_data":"{\\"id\\":\\"7\\"}"}}';
  expect(client.signIn({ id: "7" })).toEqual([succeeded]);
  expect(client.signIn({ id: "8" })).toEqual([UNAUTHORIZED]);
  expect(client.signIn({ id: "7" })).toEqual([succeeded]);
  expect(client.connection.userId).toBe("7");
});

test("of a watchlist that is too long the first hundred users are watched, and the client is sent their ids", () => {
  const client = new Client(new FakeHub());
  const watchlist = Array.from({ length: 101 }, (_, index) => `u${index}`);
  const frames = client.signIn({ id: "7", watchlist });
  expect(frames[1]).toContain('\\"code\\":4302');
  expect(frames[2]).toContain("u99");
  expect(frames[2]).not.toContain("u100");
});

test("the application decides which clients may send client events", () => {
  for (
    const [senders, subscribed, reaches] of [
      ["all", false, true],
      ["members", true, true],
      ["members", false, false],
      ["none", true, false],
    ] as const
  ) {
    const fake = new FakeHub({ acceptClientEventsFrom: senders });
    const sender = new Client(fake), receiver = new Client(fake);
    receiver.subscribe("private-a");
    if (subscribed) sender.subscribe("private-a");
    receiver.socket.take();
    const told = sender.send("client-x", { a: 1 }, "private-a");
    expect(receiver.socket.take()).toEqual(
      reaches ? ['{"event":"client-x","channel":"private-a","data":{"a":1}}'] : [],
    );
    expect(told).toHaveLength(reaches ? 0 : 1);
  }
});

test("after any sequence of actions the hub has what its open connections have, and nothing when all are closed", () => {
  const channel = fc.constantFrom("a", "cache-a", "private-a", "presence-a", "presence-b");
  const action = fc.oneof(
    fc.record({ type: fc.constant("subscribe" as const), who: fc.nat(3), channel }),
    fc.record({ type: fc.constant("unsubscribe" as const), who: fc.nat(3), channel }),
    fc.record({ type: fc.constant("sign in" as const), who: fc.nat(3) }),
    fc.record({ type: fc.constant("end" as const), who: fc.nat(3) }),
    fc.record({ type: fc.constant("frame" as const), who: fc.nat(3), frame: fc.json() }),
  );
  fc.assert(
    fc.property(fc.array(action, { maxLength: 60 }), (actions) => {
      const fake = new FakeHub({ subscriptionCount: true });
      const { hub } = fake;
      const clients = Array.from({ length: 4 }, () => new Client(fake));
      for (const each of actions) {
        const client = clients[each.who]!;
        // Two connections stand for one user.
        const user = `u${each.who % 2}`;
        switch (each.type) {
          case "subscribe":
            client.subscribe(
              each.channel,
              each.channel.startsWith("presence") ? `{"user_id":"${user}"}` : undefined,
            );
            break;
          case "unsubscribe":
            client.send("pusher:unsubscribe", { channel: each.channel });
            break;
          case "sign in":
            client.signIn({ id: user, watchlist: ["u0", "u1"] });
            break;
          case "frame":
            routeMessage(hub, client.connection, each.frame);
            break;
          case "end":
            client.end();
            clients[each.who] = new Client(fake);
        }
        const held = clients.flatMap(({ connection }) => [...connection.subscriptions?.keys() ?? []]);
        expect([...hub.channels].map(({ name }) => name).toSorted()).toEqual([...new Set(held)].toSorted());
        for (const { name, subscriptionCount, presence, localTopic } of hub.channels) {
          const on = clients.flatMap((living, index) =>
            living.connection.subscriptions?.has(name) ? [index] : []
          );
          expect(subscriptionCount).toBe(on.length);
          expect(fake.network.subscriberCount(localTopic)).toBe(on.length);
          if (presence !== undefined) {
            expect(presence.roster.userCount).toBe(new Set(on.map((index) => index % 2)).size);
          }
        }
        for (const [index, user] of ["u0", "u1"].entries()) {
          const signedIn = clients.some(({ connection }, which) =>
            which % 2 === index && connection.userId === user
          );
          expect(hub.users.find(user)?.isOnline ?? false).toBe(signedIn);
        }
      }
      for (const client of clients) client.end();
      expect([hub.channels.size, hub.connections.size, hub.users.find("u0")]).toEqual([0, 0, undefined]);
    }),
    { numRuns: 200 },
  );
});
