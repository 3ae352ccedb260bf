import { expect, test } from "bun:test";
import { broadcast } from "../../../../src/hub/broadcast/broadcast.ts";
import { userTopic } from "../../../../src/hub/channels/topic.ts";
import { Deliveries } from "../../../../src/hub/monitor/deliveries.ts";
import { namesOfFrame } from "../../../../src/hub/monitor/frame-names.ts";
import { clientEventFrame, eventFrame } from "../../../../src/protocol/encode-frame.ts";
import { subscribe } from "../../../../src/websocket/subscribe.ts";
import { FakeHub } from "../../../support/fake-hub.ts";

test("names event and channel of a frame, for any data between", () => {
  const data = '{"channel":"wrong","x":",\\"channel\\":\\"wrong\\""}';
  for (
    const [event, channel] of [["e", "c"], ['a"b\\', 'presence-"\\'], ["App\\E", ',"channel":"x']] as const
  ) {
    expect(namesOfFrame(eventFrame(event, JSON.stringify(data), channel))).toEqual({ event, channel });
    expect(namesOfFrame(clientEventFrame(event, channel, data, '"7"'))).toEqual({ event, channel });
  }
  for (
    const frame of [
      "",
      "{}",
      '{"event":"e"}',
      '{"event":"e","channel":7}',
      '{"event":"e","data":"","channel":"a',
      '{"event":"pusher:pong"}',
      '{"event":"pusher_internal:member_added","data":"{}","channel":"presence-a"}',
    ]
  ) expect(namesOfFrame(frame)).toBeUndefined();
});

test("hands over the events that a connection is sent, and no others", () => {
  const fake = new FakeHub(),
    { hub } = fake,
    first = fake.connect().connection,
    second = fake.connect().connection;
  const seen: unknown[] = [];
  const stop = fake.monitor.observe(
    new Deliveries(first.id, () => hub, ({ event, channel, data }) => seen.push([event, channel, data()])),
  );
  const join = (connection: typeof first, channel: string): void =>
    subscribe(hub, connection, { type: "subscribe", channel, auth: "", channelData: undefined });
  join(first, "news");
  join(second, "news");
  join(second, "orders");
  broadcast(hub, "e", '"{}"', "news", undefined);
  broadcast(hub, "to others", '"{}"', "news", first.id);
  broadcast(hub, "e", '"{}"', "orders", undefined);
  broadcast(hub, "kept", '"1"', "cache-c", undefined);
  join(first, "cache-c");
  first.userId = "7";
  first.socket.subscribe(userTopic(hub.application.id, "7"));
  broadcast(hub, "hello", '"{}"', "#server-to-user-7", undefined);
  hub.delivery.toChannel(
    hub.channels.find("news")!,
    clientEventFrame("client-a", "news", "[1]", undefined),
    second,
  );
  stop();
  broadcast(hub, "late", '"{}"', "news", undefined);
  expect(seen).toEqual([["e", "news", "{}"], ["kept", "cache-c", "1"], ["hello", "#server-to-user-7", "{}"], [
    "client-a",
    "news",
    "[1]",
  ]]);
});
