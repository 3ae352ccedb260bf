import { describe, expect, test } from "bun:test";
import type { Connection } from "../../../../src/hub/connections/connection.ts";
import type { ApplicationConfig } from "../../../../src/config/config.ts";
import { subscribe } from "../../../../src/websocket/subscribe.ts";
import { unsubscribe, unsubscribeFromAll } from "../../../../src/hub/unsubscribe.ts";
import { FakeHub, type FakeSocket } from "../../../support/fake-hub.ts";
import { signChannel } from "../../../support/sign-channel.ts";
import { TEST_APPLICATION } from "../../../support/test-application.ts";

/** A client at an address of its own. */
class Client {
  readonly fake: FakeHub;
  readonly connection: Connection;
  readonly #socket: FakeSocket;
  #names = 0;

  constructor(fake: FakeHub, address: string) {
    const { connection, socket } = fake.connect(address);
    this.fake = fake;
    this.connection = connection;
    this.#socket = socket;
  }

  get held(): number {
    return this.connection.subscriptions?.size ?? 0;
  }

  /** Asks for a channel; whether it is subscribed. */
  subscribe(channel: string): boolean {
    const auth = channel.startsWith("private-")
      ? signChannel(TEST_APPLICATION, this.connection.id, channel)
      : "";
    subscribe(this.fake.hub, this.connection, { type: "subscribe", channel, auth, channelData: undefined });
    return this.#socket.take().some((frame) => frame.includes("subscription_succeeded"));
  }

  /** Asks for new channels until one is refused; how many there were. `prefix` begins their names. */
  take(prefix = "", atMost = Infinity): number {
    let taken = 0;
    while (taken < atMost && this.subscribe(`${prefix}${this.connection.id}-${this.#names++}`)) taken++;
    return taken;
  }

  leave(): void {
    this.fake.hub.connections.remove(this.connection);
    unsubscribeFromAll(this.fake.hub, this.connection);
  }
}

function newHub(settings: Partial<ApplicationConfig>): { fake: FakeHub; at: (address: string) => Client } {
  const fake = new FakeHub({ maxChannelsPerConnection: 10_000, ...settings });
  return { fake, at: (address) => new Client(fake, address) };
}

describe("of 1,000 channels", () => {
  const settings = { maxChannels: 1000 };

  test("one connection gets half", () => {
    const { at } = newHub(settings);
    expect(at("192.0.2.1").take()).toBe(500);
  });

  test("in the other half a connection gets 16, and 4 where its address has many", () => {
    const { at } = newHub(settings);
    at("192.0.2.1").take();
    expect(at("192.0.2.1").take()).toBe(4);
    expect(at("192.0.2.1").take()).toBe(4);
    expect(at("192.0.2.2").take()).toBe(16);
    // Together this address has more than 1000 / 32 with the next one.
    expect(at("192.0.2.2").take()).toBe(16);
    expect(at("192.0.2.2").take()).toBe(4);
  });

  test("an attacker's hundred connections leave room for clients of other addresses, and some for those of its own", () => {
    const { fake, at } = newHub(settings);
    for (let n = 0; n < 100; n++) at("192.0.2.1").take();
    expect(fake.hub.channels.size).toBeLessThan(905);
    expect(at("192.0.2.1").take("", 3)).toBe(3);
    for (let n = 0; n < 10; n++) expect(at(`198.51.100.${n}`).take("", 5)).toBe(5);
  });

  test("addresses of one IPv6 network are one", () => {
    const { at } = newHub(settings);
    at("2001:db8:1:2::1").take();
    expect(at("2001:db8:1:2::2").take()).toBe(4);
    expect(at("2001:db8:1:3::1").take()).toBe(16);
  });

  test("private channels have as many places again, also when all public ones are taken", () => {
    const { fake, at } = newHub(settings);
    for (let n = 0; n < 1000; n++) at(`192.0.${n >> 8}.${n & 255}`).take();
    expect(fake.hub.channels.size).toBe(1000);
    expect(at("203.0.113.1").take()).toBe(0);
    expect(at("203.0.113.1").take("private-")).toBe(500);
  });

  test("a channel that is open already is open to every connection", () => {
    const { fake, at } = newHub(settings);
    at("192.0.2.1").subscribe("popular");
    for (let n = 0; n < 1000; n++) at(`192.0.${n >> 8}.${n & 255}`).take();
    expect(fake.hub.channels.size).toBe(1000);
    expect(at("203.0.113.1").subscribe("popular")).toBe(true);
    expect(at("203.0.113.1").subscribe("unpopular")).toBe(false);
  });

  test("what is given up, or ends with its connection, makes room again", () => {
    const { fake, at } = newHub(settings);
    const greedy = at("192.0.2.1"), modest = at("192.0.2.1");
    greedy.take();
    expect([modest.take(), greedy.take()]).toEqual([4, 0]);
    for (const name of [...greedy.connection.subscriptions!.keys()].slice(0, 480)) {
      unsubscribe(fake.hub, greedy.connection, name);
    }
    // The address has 24 now, of which none is the reason for a refusal.
    expect(modest.take()).toBe(476);
    greedy.leave();
    modest.leave();
    expect(fake.hub.channels.size).toBe(0);
    expect(at("192.0.2.1").take()).toBe(500);
  });

  test("connections that were counted and have ended do not make their address one with many", () => {
    const { at } = newHub(settings);
    const stays = at("192.0.2.1");
    stays.take();
    for (let n = 0; n < 20; n++) {
      const client = at("192.0.2.2");
      expect(client.take()).toBe(16);
      client.leave();
    }
  });
});

describe("of 10,000 bytes of names", () => {
  const settings = { maxChannelBytes: 10_000 }, LONG = "😀".repeat(45);

  test("one connection gets half, and one more gets a kilobyte, in UTF-8", () => {
    const { at } = newHub(settings);
    // Each name has 180 bytes and those of the connection's id and a number.
    expect(at("192.0.2.1").take(LONG)).toBe(26);
    expect(at("192.0.2.2").take(LONG)).toBe(5);
    expect(at("192.0.2.3").take("x", 12)).toBe(12);
  });

  test("they are free again when their channels are gone", () => {
    const { at } = newHub(settings);
    for (let n = 0; n < 10; n++) {
      const client = at("192.0.2.1");
      expect(client.take(LONG)).toBe(26);
      client.leave();
    }
  });
});

test("the refusal names the settings, and reaches the channel's error handler", () => {
  const { fake, at } = newHub({ maxChannels: 1 });
  const client = at("192.0.2.1");
  expect([client.subscribe("a"), client.subscribe("b")]).toEqual([true, false]);
  expect(fake.log.join("\n")).toMatch(
    /Refused: the application has as many channels .*max_channels is 1.*, channel "b" .*reason=channels_full/,
  );
});
