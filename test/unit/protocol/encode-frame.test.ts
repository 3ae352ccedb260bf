import { expect, test } from "bun:test";
import fc from "../../support/fast-check.ts";
import * as encode from "../../../src/protocol/encode-frame.ts";

// The literal bytes are those of Laravel Reverb 1.10.
const bytes: readonly [frame: string, expected: string][] = [
  [encode.PING_FRAME, '{"event":"pusher:ping"}'],
  [encode.PONG_FRAME, '{"event":"pusher:pong"}'],
  [
    encode.establishedFrame("123.456", 30),
    '{"event":"pusher:connection_established","data":"{\\"socket_id\\":\\"123.456\\",\\"activity_timeout\\":30}"}',
  ],
  [
    encode.subscriptionSucceededFrame("c"),
    '{"event":"pusher_internal:subscription_succeeded","data":"{}","channel":"c"}',
  ],
  [
    encode.memberAddedFrame("presence-c", '{"user_id":"2","user_info":{"a":1}}'),
    '{"event":"pusher_internal:member_added","data":"{\\"user_id\\":\\"2\\",\\"user_info\\":{\\"a\\":1}}","channel":"presence-c"}',
  ],
  [
    encode.memberRemovedFrame("presence-c", '"2"'),
    '{"event":"pusher_internal:member_removed","data":"{\\"user_id\\":\\"2\\"}","channel":"presence-c"}',
  ],
  [
    encode.memberRemovedFrame("presence-c", "2"),
    '{"event":"pusher_internal:member_removed","data":"{\\"user_id\\":2}","channel":"presence-c"}',
  ],
  [
    encode.eventFrame("App\\Events\\X", JSON.stringify('{"foo":1}'), "c"),
    '{"event":"App\\\\Events\\\\X","data":"{\\"foo\\":1}","channel":"c"}',
  ],
  [
    encode.clientEventFrame("client-typing", "presence-c", '{"a":1}', '"2"'),
    '{"event":"client-typing","channel":"presence-c","data":{"a":1},"user_id":"2"}',
  ],
  [
    encode.clientEventFrame("client-typing", "private-c", "null", undefined),
    '{"event":"client-typing","channel":"private-c","data":null}',
  ],
  [encode.cacheMissFrame("cache-c"), '{"event":"pusher:cache_miss","channel":"cache-c"}'],
  [
    encode.subscriptionCountFrame("c", 5),
    '{"event":"pusher_internal:subscription_count","data":"{\\"subscription_count\\":5}","channel":"c"}',
  ],
  [
    encode.errorFrame({ code: 4009, message: "Connection is unauthorized" }),
    '{"event":"pusher:error","data":"{\\"code\\":4009,\\"message\\":\\"Connection is unauthorized\\"}"}',
  ],
  [
    encode.subscriptionErrorFrame("private-c", "AuthError", "no", 401),
    '{"event":"pusher:subscription_error","channel":"private-c","data":{"type":"AuthError","error":"no","status":401}}',
  ],
  [
    encode.signInSucceededFrame('{"id":"42"}'),
    '{"event":"pusher:signin_success","data":{"user_data":"{\\"id\\":\\"42\\"}"}}',
  ],
  [
    encode.watchlistFrame([{ name: "online", user_ids: ["7"] }, { name: "offline", user_ids: ["8"] }]),
    '{"event":"pusher_internal:watchlist_events","data":"{\\"events\\":[{\\"name\\":\\"online\\",\\"user_ids\\":[\\"7\\"]},{\\"name\\":\\"offline\\",\\"user_ids\\":[\\"8\\"]}]}"}',
  ],
];

test.each([...bytes])("%s", (frame, expected) => {
  expect(frame).toBe(expected);
});

/** Names and data with all characters that need escaping. */
const text = fc.string({ unit: "binary", maxLength: 40 });
const json = fc.json({ stringUnit: "binary" });

test("every frame is JSON, and its fields read back", () => {
  fc.assert(fc.property(text, text, json, fc.nat(), (channel, name, data, count) => {
    const value: unknown = JSON.parse(data);
    expect(JSON.parse(encode.subscriptionSucceededFrame(channel))).toEqual({
      event: "pusher_internal:subscription_succeeded",
      data: "{}",
      channel,
    });
    expect(JSON.parse(encode.presenceSucceededFrame(channel, JSON.stringify(data).slice(1, -1)))).toEqual({
      event: "pusher_internal:subscription_succeeded",
      data,
      channel,
    });
    expect(JSON.parse(encode.subscriptionErrorFrame(channel, name, data, count))).toEqual({
      event: "pusher:subscription_error",
      channel,
      data: { type: name, error: data, status: count },
    });
    expect(JSON.parse(encode.memberAddedFrame(channel, data))).toEqual({
      event: "pusher_internal:member_added",
      data,
      channel,
    });
    const removed = JSON.parse(encode.memberRemovedFrame(channel, JSON.stringify(name))) as { data: string };
    expect(removed).toMatchObject({ event: "pusher_internal:member_removed", channel });
    expect(JSON.parse(removed.data)).toEqual({ user_id: name });
    expect(JSON.parse(encode.eventFrame(name, JSON.stringify(data), channel))).toEqual({
      event: name,
      data,
      channel,
    });
    expect(JSON.parse(encode.clientEventFrame(name, channel, data, JSON.stringify(name)))).toEqual({
      event: name,
      channel,
      data: value,
      user_id: name,
    });
    expect(JSON.parse(encode.clientEventFrame(name, channel, data, undefined))).toEqual({
      event: name,
      channel,
      data: value,
    });
    expect(JSON.parse(encode.cacheMissFrame(channel))).toEqual({ event: "pusher:cache_miss", channel });
    const counted = JSON.parse(encode.subscriptionCountFrame(channel, count)) as { data: string };
    expect(counted).toMatchObject({ event: "pusher_internal:subscription_count", channel });
    expect(JSON.parse(counted.data)).toEqual({ subscription_count: count });
    expect(JSON.parse(encode.signInSucceededFrame(data))).toEqual({
      event: "pusher:signin_success",
      data: { user_data: data },
    });
    const events = [{ name: "online" as const, user_ids: [name, channel] }];
    const watchlist = JSON.parse(encode.watchlistFrame(events)) as { data: string };
    expect(JSON.parse(watchlist.data)).toEqual({ events });
    const limited = JSON.parse(encode.watchlistLimitFrame({ code: 4302, message: "Too long" }, [name])) as {
      event: string;
      data: string;
    };
    expect(limited.event).toBe("pusher:error");
    const error = JSON.parse(limited.data) as { code: number; message: string };
    expect(error.code).toBe(4302);
    expect(error.message).toContain(name);
  }));
});
