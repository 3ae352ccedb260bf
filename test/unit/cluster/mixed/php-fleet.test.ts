import { describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { PhpFleet } from "../../../../src/cluster/mixed/php-fleet.ts";
import { readApplicationId, serializedApplication } from "../../../../src/cluster/mixed/php-application.ts";
import { RedisKeys } from "../../../../src/cluster/redis-keys.ts";
import { channelTopic, userTopic } from "../../../../src/hub/channels/topic.ts";
import { ReceiveFromCluster } from "../../../../src/hub/receive-from-cluster.ts";
import { ClusterCounters } from "../../../../src/monitoring/cluster-counters.ts";
import type {
  LinkState,
  PlainCommand,
  RedisCommand,
  RedisLink,
  RedisLinkEvents,
} from "../../../../src/redis/redis-link.ts";
import { receiveMessage } from "../../../../src/websocket/receive-message.ts";
import { FakeHub, type FakeSocket } from "../../../support/fake-hub.ts";
import { signChannel } from "../../../support/sign-channel.ts";

interface Recorded {
  readonly about: string;
  readonly message: string;
}

/** What two nodes of Laravel Reverb wrote on their channel, each with what was done. */
function recordedIn(file: string): readonly Recorded[] {
  return readFileSync(join(import.meta.dir, file), "utf8").trim().split("\n")
    .map((line) => JSON.parse(line) as Recorded);
}

const newer = recordedIn("reverb-messages.jsonl"), older = recordedIn("reverb-1.6-messages.jsonl");

function messagesAbout(about: string, recorded = newer): readonly string[] {
  const messages = recorded.filter((each) => each.about === about).map(({ message }) => message);
  if (messages.length === 0) throw new Error(`nothing was recorded about ${about}`);
  return messages;
}

/** A link that the test answers for. */
class FakeLink implements RedisLink {
  state: LinkState = "down";
  readonly failure = undefined;
  readonly commands: PlainCommand[] = [];
  readonly subscribed: string[] = [];
  readonly events: RedisLinkEvents;

  constructor(events: RedisLinkEvents) {
    this.events = events;
  }

  start(): void {}

  stop(): Promise<void> {
    return Promise.resolve();
  }

  up(): void {
    this.state = "up";
    this.events.up({ runId: "1", version: "7", kind: "redis", mode: "single", sharded: false });
  }

  run(commands: readonly RedisCommand[]): Promise<readonly unknown[]> {
    for (const command of commands) if (!("script" in command)) this.commands.push(command);
    return Promise.resolve(commands.map(() => 1));
  }

  subscribe(channels: readonly string[]): Promise<void> {
    this.subscribed.push(...channels);
    return Promise.resolve();
  }

  unsubscribe(): void {}

  publishCommand(channel: string, payload: string): RedisCommand {
    return ["PUBLISH", channel, payload];
  }

  barrier(): Promise<void> {
    return Promise.resolve();
  }
}

/** A node beside PHP nodes. */
class Beside {
  readonly fake = new FakeHub({ id: "app-id", key: "app-key", secret: "app-secret" });
  readonly counters = new ClusterCounters();
  readonly link: FakeLink;
  readonly fleet: PhpFleet;

  constructor(most = 10) {
    const { hub, monitor } = this.fake;
    let link: FakeLink | undefined;
    const hubById = (id: string): typeof hub | undefined => id === hub.application.id ? hub : undefined;
    this.fleet = new PhpFleet({
      link: (events) => link = new FakeLink(events),
      channel: "reverb",
      keys: new RedisKeys("resound:", 0),
      node: "n1",
      hubById,
      receiver: () => new ReceiveFromCluster({ byId: hubById }),
      counters: this.counters,
      log: monitor.log,
      most,
    });
    this.link = link!;
  }

  /** A client on a channel, its first frames read. */
  subscribe(channel: string, member?: unknown): FakeSocket {
    const { connection, socket } = this.fake.connect();
    const channelData = member === undefined ? undefined : JSON.stringify(member);
    const auth = signChannel({ key: "app-key", secret: "app-secret" }, connection.id, channel, channelData);
    const data = { channel, auth, ...channelData === undefined ? {} : { channel_data: channelData } };
    receiveMessage(this.fake.hub, connection, JSON.stringify({ event: "pusher:subscribe", data }));
    socket.take();
    return socket;
  }

  receive(...messages: readonly string[]): void {
    for (const message of messages) this.link.events.message("reverb", message);
  }

  /** What was published, parsed, once Redis has it. */
  async published(): Promise<readonly Record<string, unknown>[]> {
    await Bun.sleep(0);
    return this.link.commands.splice(0).map(([, channel, text]) => {
      expect(channel).toBe("reverb");
      return JSON.parse(String(text)) as Record<string, unknown>;
    });
  }
}

describe("messages of Laravel Reverb", () => {
  test("an event reaches the subscribers, as it was sent", () => {
    const beside = new Beside(), orders = beside.subscribe("orders"), other = beside.subscribe("other");
    beside.receive(...messagesAbout("event"));
    expect(orders.take().map((frame) => JSON.parse(frame) as unknown)).toEqual([{
      event: "App\\Events\\OrderShipped",
      channel: "orders",
      data: '{"order":"12345678901234567890","name":"Zoë / \\"q\\""}',
    }]);
    expect(other.take()).toEqual([]);
  });

  test("an event of several channels reaches each of them", () => {
    const beside = new Beside(), orders = beside.subscribe("orders"), chat = beside.subscribe("private-chat");
    beside.receive(...messagesAbout("event of several channels, one connection left out"));
    expect(orders.take()).toEqual(['{"event":"e","data":"plain","channel":"orders"}']);
    expect(chat.take()).toEqual(['{"event":"e","data":"plain","channel":"private-chat"}']);
  });

  test("events of a batch come one after the other", () => {
    const beside = new Beside(), orders = beside.subscribe("orders"), chat = beside.subscribe("private-chat");
    beside.receive(...messagesAbout("batch"));
    expect(orders.take()).toEqual(['{"event":"one","data":"1","channel":"orders"}']);
    expect(chat.take()).toEqual(['{"event":"two","data":"2","channel":"private-chat"}']);
  });

  test("a client event has its data as it was sent, long numbers too", () => {
    const beside = new Beside(), chat = beside.subscribe("private-chat");
    beside.receive(...messagesAbout("client event"));
    expect(chat.take()).toEqual([
      '{"event":"client-typing","channel":"private-chat","data":{"at":[1,2.5],"big":9007199254740992}}',
    ]);
  });

  test("the last event of a cache channel is kept, here and for nodes that come later", async () => {
    const beside = new Beside();
    beside.link.up();
    const [message] = messagesAbout("event");
    beside.receive(message!.replaceAll('"orders"', '"cache-orders"'));
    await Bun.sleep(0);
    const topic = channelTopic("app-id", "cache-orders"), frame = beside.fake.hub.cache.get(topic);
    expect(frame).toContain("OrderShipped");
    expect(beside.link.commands).toEqual([[
      "SET",
      new RedisKeys("resound:", 0).event(topic),
      frame!,
      "EX",
      1800,
    ]]);
  });

  test("a user's connections are closed", () => {
    const beside = new Beside();
    const one = beside.subscribe("presence-room", { user_id: "7" });
    const two = beside.subscribe("presence-room", { user_id: "8" });
    beside.receive(...messagesAbout("terminate"));
    expect([one.closed?.code, two.closed]).toEqual([4009, undefined]);
  });

  test.each([
    ["connections", [1, 1, 1]],
    ["channels", { "presence-room": { user_count: 2 } }],
    ["all channels", { "presence-room": {}, orders: {} }],
    ["channel", { occupied: true, subscription_count: 1 }],
    ["users", [{ id: "7" }, { id: "8" }]],
  ])("a question about %s is answered under its key", async (about, answer) => {
    const beside = new Beside();
    beside.link.up();
    beside.subscribe("presence-room", { user_id: "7" });
    beside.subscribe("presence-room", { user_id: "8" });
    beside.subscribe("orders");
    const messages = messagesAbout(about);
    beside.receive(...messages);
    const question = JSON.parse(messages[0]!) as { readonly payload: string };
    const [, key] = /s:3:"key"|"\0\*\0key";s:10:"(\w+)"/.exec(question.payload) ?? [];
    expect(await beside.published()).toEqual([{ type: key!, payload: answer, resound: "n1" }]);
  });

  test("an event and the questions of Reverb 1.6, which have another form, are read too", async () => {
    const beside = new Beside(), orders = beside.subscribe("orders");
    beside.link.up();
    beside.subscribe("presence-room", { user_id: "7" });
    beside.receive(...messagesAbout("event", older));
    expect(orders.take()).toHaveLength(1);
    for (
      const [about, payload] of [
        ["connections", [1, 1]],
        ["channels", { "presence-room": { user_count: 1 } }],
        ["channel", { occupied: true, subscription_count: 1 }],
        ["users", [{ id: "7" }]],
      ] as const
    ) {
      const [question] = messagesAbout(about, older);
      const { key, application } = JSON.parse(question!) as {
        readonly key: string;
        readonly application: string;
      };
      beside.receive(...messagesAbout(about, older));
      expect(await beside.published()).toEqual([
        { type: "metrics-retrieved", key, application, payload, resound: "n1" } as never,
      ]);
    }
    expect(beside.counters.dropped.unreadable).toBe(0);
  });

  test("a question about an application that is not served here is answered too, since the answers are counted", async () => {
    const beside = new Beside();
    beside.link.up();
    beside.receive(
      ...messagesAbout("connections").map((text) => text.replaceAll('s:6:\\"app-id\\"', 's:6:\\"no-one\\"')),
    );
    expect(await beside.published()).toMatchObject([{ payload: [] }]);
  });

  test("what cannot be read is dropped, logged once and counted; objects of other classes too", () => {
    const beside = new Beside(), orders = beside.subscribe("orders");
    const [message] = messagesAbout("event");
    beside.receive(
      "no json",
      "[]",
      "{}",
      message!.replace("Application", "Applicatiom"),
    );
    expect(orders.take()).toEqual([]);
    expect(beside.counters.dropped.unreadable).toBe(4);
    expect(beside.fake.log.filter((line) => line.includes("cannot be read"))).toHaveLength(1);
  });
});

describe("what this node publishes", () => {
  test("goes to the PHP nodes once Redis is there, in order, and not back to nodes of ours", async () => {
    const beside = new Beside(2), topic = channelTopic("app-id", "orders");
    for (const number of [1, 2, 3]) {
      beside.fleet.published(
        topic,
        `{"event":"e","data":"${number}","channel":"orders"}`,
        number === 3 ? "1.1" : undefined,
      );
    }
    expect(beside.counters.dropped.queue_full).toBe(1);
    beside.link.up();
    const messages = await beside.published();
    expect(messages).toEqual([2, 3].map((number) => ({
      type: "message",
      application: serializedApplication(beside.fake.hub.application.settings),
      payload: { event: "e", data: String(number), channel: "orders" },
      ...number === 3 ? { socket_id: "1.1" } : {},
      resound: "n1",
    })));
    expect(beside.link.subscribed).toEqual(["reverb"]);
    const orders = beside.subscribe("orders");
    beside.receive(...messages.map((message) => JSON.stringify(message)));
    expect(orders.take()).toEqual([]);
  });

  test("is only what the subscribers of channels get", async () => {
    const beside = new Beside();
    beside.link.up();
    beside.fleet.published(userTopic("app-id", "7"), "{}", undefined);
    beside.fleet.published(channelTopic("other", "orders"), "{}", undefined);
    expect(await beside.published()).toEqual([]);
  });

  test("has the application as PHP serializes it, without its secret", () => {
    const written = serializedApplication({
      ...new Beside().fake.hub.application.settings,
      allowedOrigins: ["é.test"],
    });
    expect(readApplicationId(written)).toBe("app-id");
    expect(written).toContain('s:9:"\0*\0secret";s:0:"";');
    expect(written).toContain('a:1:{i:0;s:7:"é.test";}');
    expect(written).not.toContain("app-secret");
    // Property by property as in the object that Reverb itself has written, with the same settings.
    const theirs = (JSON.parse(messagesAbout("event")[0]!) as { readonly application: string }).application;
    const names = (text: string): readonly string[] =>
      [...text.matchAll(/"\0\*\0(\w+)"/g)].map(([, name]) => name!);
    expect(names(written)).toEqual(names(theirs));
  });
});
