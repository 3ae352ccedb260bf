import { describe, expect, test } from "bun:test";
import { ApiClient } from "../../support/api-client.ts";
import { startServer } from "../../support/start-server.ts";
import { INVALID_MESSAGE, succeeded } from "../../support/frames.ts";
import { Peer } from "../../support/peer.ts";
import { useServer } from "../../support/use-server.ts";

const server = useServer();
const api = new ApiClient(server);

describe("subscribing", () => {
  test("is confirmed with Reverb's bytes", async () => {
    await using peer = await Peer.connect(server);
    peer.send('{"event":"pusher:subscribe","data":{"auth":"","channel":"orders"}}');
    expect(await peer.next()).toBe(
      '{"event":"pusher_internal:subscription_succeeded","data":"{}","channel":"orders"}',
    );
  });

  test.each([
    '{"channel":"orders"}',
    '{"auth":null,"channel":"orders"}',
    '{"auth":"app-key:nonsense","channel":"orders"}',
    '{"auth":"","channel_data":null,"channel":"orders"}',
    '{"auth":"","channel_data":"not even JSON","channel":"orders"}',
    '{"auth":"","channel":"orders","more":[1]}',
  ])("needs no signature: %s", async (data) => {
    await using peer = await Peer.connect(server);
    peer.send(`{"event":"pusher:subscribe","data":${data}}`);
    expect(await peer.next()).toBe(succeeded("orders"));
  });

  test("takes its data as a JSON string as well", async () => {
    await using peer = await Peer.connect(server);
    peer.send(String.raw`{"event":"pusher:subscribe","data":"{\"auth\":\"\",\"channel\":\"orders\"}"}`);
    expect(await peer.next()).toBe(succeeded("orders"));
  });

  test("twice is confirmed twice and delivers once", async () => {
    await using peer = await Peer.connect(server);
    expect(await peer.subscribe("twice")).toBe(succeeded("twice"));
    expect(await peer.subscribe("twice")).toBe(succeeded("twice"));
    await api.trigger("twice", "e", "1");
    expect(await peer.next()).toBe('{"event":"e","data":"1","channel":"twice"}');
    await peer.expectSilence();
    await peer.unsubscribe("twice");
    await api.trigger("twice", "e", "2");
    await peer.expectSilence();
  });
});

describe("unsubscribing", () => {
  test("is not answered, and ends the delivery", async () => {
    await using peer = await Peer.connect(server);
    await peer.subscribe("left");
    await peer.subscribe("kept");
    peer.send('{"event":"pusher:unsubscribe","data":{"channel":"left"}}');
    await peer.expectSilence();
    await api.trigger(["left", "kept"], "e", "1");
    expect(await peer.next()).toBe('{"event":"e","data":"1","channel":"kept"}');
    await peer.expectSilence();
  });

  test("takes its data as a JSON string as well", async () => {
    await using peer = await Peer.connect(server);
    await peer.subscribe("left");
    peer.send(String.raw`{"event":"pusher:unsubscribe","data":"{\"channel\":\"left\"}"}`);
    await peer.expectSilence();
    await api.trigger("left", "e", "1");
    await peer.expectSilence();
  });

  test("from a channel that was not subscribed is not answered either", async () => {
    await using peer = await Peer.connect(server);
    await peer.unsubscribe("never");
    await peer.unsubscribe("");
    await peer.unsubscribe("private-never");
  });

  test("can be followed by subscribing again", async () => {
    await using peer = await Peer.connect(server);
    for (let round = 0; round < 3; round++) {
      expect(await peer.subscribe("again")).toBe(succeeded("again"));
      await peer.unsubscribe("again");
    }
    expect(await peer.subscribe("again")).toBe(succeeded("again"));
    await api.trigger("again", "e", "1");
    expect(await peer.next()).toBe('{"event":"e","data":"1","channel":"again"}');
    await peer.expectSilence();
  });
});

describe("a published event", () => {
  test("reaches every subscriber of its channel, and no other client", async () => {
    const subscribers = await Peer.connectAll(server, 3);
    await using bystander = await Peer.connect(server);
    for (const peer of subscribers) await peer.subscribe("news");
    await bystander.subscribe("news2");
    await api.trigger("news", "App\\Events\\Published", '{"foo":1}');
    for (const peer of subscribers) {
      expect(await peer.next()).toBe(
        String.raw`{"event":"App\\Events\\Published","data":"{\"foo\":1}","channel":"news"}`,
      );
      await peer.expectSilence();
    }
    await bystander.expectSilence();
    await Promise.all(subscribers.map((peer) => peer.close()));
  });

  test.each([
    ["{}", '"{}"'],
    ["[]", '"[]"'],
    ['{ "a" : 1.0, "b": 12345678901234567890 }', String.raw`"{ \"a\" : 1.0, \"b\": 12345678901234567890 }"`],
    ["plain text", '"plain text"'],
    ['a\nb\t"\\/é😀', '"a\\nb\\t\\"\\\\/é😀"'],
    ["null", '"null"'],
  ])("carries its data string untouched: %j", async (data, encoded) => {
    await using peer = await Peer.connect(server);
    await peer.subscribe("untouched");
    await api.trigger("untouched", "e", data);
    expect(await peer.next()).toBe(`{"event":"e","data":${encoded},"channel":"untouched"}`);
  });

  test("for several channels comes once for each that is subscribed", async () => {
    await using peer = await Peer.connect(server);
    await peer.subscribe("a");
    await peer.subscribe("b");
    await api.trigger(["a", "b", "c", "a"], "e", "1");
    expect(await peer.nextFrames(2)).toEqual([
      '{"event":"e","data":"1","channel":"a"}',
      '{"event":"e","data":"1","channel":"b"}',
    ]);
    await peer.expectSilence();
  });

  test("leaves out the socket that its socket_id names (toOthers)", async () => {
    const [sender, first, second] = await Peer.connectAll(server, 3) as [Peer, Peer, Peer];
    for (const peer of [sender, first, second]) await peer.subscribe("others");
    await api.trigger("others", "e", "1", { socket_id: sender.id });
    expect(await first.next()).toBe('{"event":"e","data":"1","channel":"others"}');
    expect(await second.next()).toBe('{"event":"e","data":"1","channel":"others"}');
    await sender.expectSilence();
    await Promise.all([sender, first, second].map((peer) => peer.close()));
  });

  test("with a socket_id leaves out no other socket than that one", async () => {
    await using peer = await Peer.connect(server);
    await using elsewhere = await Peer.connect(server);
    await peer.subscribe("others");
    for (const socketId of ["1.1", elsewhere.id]) {
      await api.trigger("others", "e", "1", { socket_id: socketId });
      expect(await peer.next()).toBe('{"event":"e","data":"1","channel":"others"}');
    }
    await elsewhere.expectSilence();
  });

  test("of a batch goes to its own channel and leaves out its own socket", async () => {
    await using one = await Peer.connect(server);
    await using two = await Peer.connect(server);
    await one.subscribe("batched");
    await two.subscribe("batched");
    await api.post("/batch_events", {
      batch: [
        { name: "first", data: "1", channel: "batched", socket_id: one.id },
        { name: "second", data: "2", channel: "unheard" },
        { name: "third", data: "3", channel: "batched", socket_id: two.id },
      ],
    });
    expect(await one.next()).toBe('{"event":"third","data":"3","channel":"batched"}');
    expect(await two.next()).toBe('{"event":"first","data":"1","channel":"batched"}');
    await one.expectSilence();
    await two.expectSilence();
  });

  test("comes in the order of publishing", async () => {
    await using peer = await Peer.connect(server);
    await peer.subscribe("ordered");
    for (let n = 0; n < 50; n++) await api.trigger("ordered", "e", String(n));
    expect(await peer.nextFrames(50)).toEqual(
      Array.from({ length: 50 }, (_, n) => `{"event":"e","data":"${n}","channel":"ordered"}`),
    );
  });
});

describe("the name of a channel", () => {
  test.each([
    "a",
    "x".repeat(200),
    "😀".repeat(200),
    "orders.7",
    "with space",
    "größe",
    "privateer",
    "private",
    "presenceful",
    "presence",
    "cached",
    "cache",
    "private_orders",
    "Private-orders",
    "my-private-orders",
    "a#server-to-user-1",
    "__proto__",
    "constructor",
  ])("may be %j, and the channel is public", async (channel) => {
    await using peer = await Peer.connect(server);
    expect(await peer.subscribe(channel)).toBe(succeeded(channel));
    await api.trigger(channel, "e", "1");
    expect(await peer.next()).toBe(`{"event":"e","data":"1","channel":"${channel}"}`);
    await peer.expectSilence();
  });

  test("is escaped as JSON where it has to be", async () => {
    await using peer = await Peer.connect(server);
    expect(await peer.subscribe('a"b\\c')).toBe(
      String.raw`{"event":"pusher_internal:subscription_succeeded","data":"{}","channel":"a\"b\\c"}`,
    );
    await api.trigger('a"b\\c', 'e"', "1");
    expect(await peer.next()).toBe(String.raw`{"event":"e\"","data":"1","channel":"a\"b\\c"}`);
  });

  test.each([
    ["the empty one", ""],
    ["201 characters", "x".repeat(201)],
    ["201 emoji", "😀".repeat(201)],
    ["a line feed", "a\nb"],
    ["a zero byte", "a\u0000b"],
    ["a C1 control character", "a\u0085b"],
    ["a # in front", "#orders"],
    ["a # alone", "#"],
    ["#server-to-user- without an id", "#server-to-user-"],
  ])("may not be %s, and the connection lives on", async (_, channel) => {
    await using peer = await Peer.connect(server);
    expect(await peer.subscribe(channel)).toBe(INVALID_MESSAGE);
    expect(await peer.next()).toBe(
      `{"event":"pusher:subscription_error","channel":${JSON.stringify(channel)},` +
        '"data":{"type":"InvalidChannel","error":"Invalid message format","status":400}}',
    );
    await peer.expectSilence();
  });

  test("may not hold half of a surrogate pair", async () => {
    await using peer = await Peer.connect(server);
    peer.send(String.raw`{"event":"pusher:subscribe","data":{"channel":"a\ud800"}}`);
    expect(await peer.next()).toBe(INVALID_MESSAGE);
    expect(await peer.nextEvent("pusher:subscription_error")).toMatchObject({ data: { status: 400 } });
  });
});

test("a connection may be on as many channels as max_channels_per_connection says", async () => {
  await using limited = await startServer({ env: { REVERB_APP_MAX_CHANNELS_PER_CONNECTION: "2" } });
  await using peer = await Peer.connect(limited);
  await peer.subscribe("a");
  await peer.subscribe("b");
  expect(await peer.subscribe("c")).toBe(
    String
      .raw`{"event":"pusher:error","data":"{\"code\":4200,\"message\":\"Too many channels on this connection\"}"}`,
  );
  expect(await peer.next()).toBe(
    '{"event":"pusher:subscription_error","channel":"c",' +
      '"data":{"type":"LimitReached","error":"Too many channels on this connection","status":429}}',
  );
  expect(await peer.subscribe("b")).toBe(succeeded("b"));
  await peer.unsubscribe("a");
  expect(await peer.subscribe("c")).toBe(succeeded("c"));
});
