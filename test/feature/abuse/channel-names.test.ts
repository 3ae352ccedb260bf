import { expect, test } from "bun:test";
import fc from "../../support/fast-check.ts";
import { hmac, signChannel } from "../../support/sign-channel.ts";
import { TEST_APPLICATION } from "../../support/test-application.ts";
import { useAbusedServer } from "../../support/abused-server.ts";
import { subscriptionError, succeeded, TOO_MANY_CHANNELS, UNAUTHORIZED } from "../../support/frames.ts";

const MAX_CHANNELS = 3000;
const server = useAbusedServer({
  REVERB_APP_MAX_CHANNELS_PER_CONNECTION: String(MAX_CHANNELS),
  REVERB_MAX_REQUEST_SIZE: "1000000",
});

const anything = fc.oneof(
  fc.string({ unit: "binary", maxLength: 250 }),
  fc.string({ unit: "grapheme", maxLength: 250 }),
  fc.string({
    unit: fc.constantFrom("\ud800", "\udfff", "\0", "\n", "é", "😀", "\u202e", '"', "\\", "%", "/"),
    maxLength: 20,
  }),
);
const prefix = fc.constantFrom(
  "",
  "",
  "cache-",
  "private",
  "#",
  "#server-to-user-",
  " ",
  "%2e%2e/",
  "*",
  "app-id\n",
);

test("a channel of any name is either subscribed and heard by exactly that name, or refused with both events", async () => {
  const client = await server.connect();
  const seen = { subscribed: 0, refused: 0 };
  await fc.assert(
    fc.asyncProperty(fc.tuple(prefix, anything), async ([start, rest]) => {
      const name = start + rest;
      const frames = await client.answersTo({ event: "pusher:subscribe", data: { channel: name } });
      if (frames[0] === succeeded(name)) {
        seen.subscribed++;
        // A cache channel tells what it holds: nothing, or the event of an earlier run with the same name.
        expect(frames.slice(1).map((frame) => JSON.parse(frame).channel)).toEqual(
          name.startsWith("cache-") ? [name] : [],
        );
        expect((await server.api.trigger(name, "heard", `of ${name}`)).text).toBe("{}");
        expect(await client.next()).toBe(
          JSON.stringify({ event: "heard", data: `of ${name}`, channel: name }),
        );
        expect(await client.answersTo({ event: "pusher:unsubscribe", data: { channel: name } })).toEqual([]);
        // The channel has no subscriber any more: nothing is heard, nothing is left.
        expect((await server.api.trigger(name, "unheard", "x")).text).toBe("{}");
        await client.expectSilence();
      } else {
        seen.refused++;
        expect(frames).toHaveLength(2);
        expect(JSON.parse(frames[0] ?? "")).toMatchObject({ event: "pusher:error" });
        expect(JSON.parse(frames[1] ?? "")).toMatchObject({
          event: "pusher:subscription_error",
          channel: name,
        });
        // What cannot be subscribed cannot be published to either; the channel of a user can, and a name that is only too long.
        const answer = await server.api.trigger(name, "unheard", "x");
        const accepted = (name.startsWith("#server-to-user-") || [...name].length > 200) &&
          answer.status === 200;
        expect(answer.status).toBe(accepted ? 200 : 422);
        await client.expectSilence();
      }
    }),
    { numRuns: 500, seed: 1, endOnFailure: true },
  );
  expect(seen.subscribed).toBeGreaterThan(50);
  expect(seen.refused).toBeGreaterThan(50);
  expect(JSON.parse((await server.api.get("/channels")).text)).toEqual({ channels: { bystander: {} } });
  await client.close();
});

test.each(["😀", "ä", "\u202e", "\ufdfd", "\u{10fffd}"])(
  "a name of 200 characters %j is heard on, one of 201 refused",
  async (character) => {
    const client = await server.connect();
    const name = character.repeat(200);
    expect(await client.answersTo({ event: "pusher:subscribe", data: { channel: name } })).toEqual([
      succeeded(name),
    ]);
    expect((await server.api.trigger([name, name], character, character)).status).toBe(200);
    expect(await client.next()).toBe(JSON.stringify({ event: character, data: character, channel: name }));
    await client.expectSilence();
    const listed = await server.api.get("/channels", {
      filter_by_prefix: character,
      info: "subscription_count",
    });
    expect(listed.json()).toEqual({ channels: { [name]: { subscription_count: 1 } } });
    expect((await server.api.get(`/channels/${encodeURIComponent(name)}`)).text).toBe('{"occupied":true}');

    const long = name + character;
    const [error, refusal] = await client.answersTo({ event: "pusher:subscribe", data: { channel: long } });
    expect(error).toContain("Invalid message format");
    expect(refusal).toBe(subscriptionError(long, "InvalidChannel", "Invalid message format", 400));
    await client.close();
  },
);

test("thousands of subscriptions on one socket are taken up to the limit and refused beyond it", async () => {
  const client = await server.connect();
  const names = Array.from({ length: MAX_CHANNELS + 100 }, (_, index) => `many-${index}`);
  for (const channel of names) client.send({ event: "pusher:subscribe", data: { channel } });
  for (const name of names.slice(0, MAX_CHANNELS)) expect(await client.next()).toBe(succeeded(name));
  for (const name of names.slice(MAX_CHANNELS)) {
    expect(await client.next()).toBe(TOO_MANY_CHANNELS);
    expect(await client.next()).toBe(
      subscriptionError(name, "LimitReached", "Too many channels on this connection", 429),
    );
  }
  // A place that becomes free can be taken, and a channel that is held can be asked for again.
  client.send({ event: "pusher:unsubscribe", data: { channel: "many-0" } });
  expect(await client.answersTo({ event: "pusher:subscribe", data: { channel: "other" } })).toEqual([
    succeeded("other"),
  ]);
  expect(await client.answersTo({ event: "pusher:subscribe", data: { channel: "many-1" } })).toEqual([
    succeeded("many-1"),
  ]);

  const published = names.slice(1, 1001);
  expect((await server.api.trigger(published, "all", "1")).status).toBe(200);
  for (const name of published) {
    expect(await client.next()).toBe(`{"event":"all","data":"1","channel":"${name}"}`);
  }
  client.terminate();
  await server.untilAlone();
  expect((await server.api.get("/channels")).json()).toEqual({ channels: { bystander: {} } });
});

test("signatures of every wrong length, kind and key are refused with both events", async () => {
  const client = await server.connect(), { id } = client;
  const channel = "private-signed";
  const right = signChannel(TEST_APPLICATION, id, channel);
  const { key, secret } = TEST_APPLICATION;
  const signature = hmac(secret, `${id}:${channel}`);
  const wrong = [
    ...[
      "",
      ":",
      "::",
      key,
      `${key}:`,
      `:${signature}`,
      signature,
      ` ${right}`,
      `${right} `,
      `${right}\0`,
      `${right}0`,
    ],
    ...[
      right.slice(0, -1),
      right.toUpperCase(),
      `other-key:${signature}`,
      `${key}:${"0".repeat(64)}`,
      `${right}:x`,
    ],
    ...[`${key}:${signature.slice(0, -1)}é`, `${key}:${"é".repeat(32)}`, `${key}:${"\ud800".repeat(64)}`],
    ...[`${key}:${"a".repeat(9000)}`, "a".repeat(9000), `${key}:${hmac("other", `${id}:${channel}`)}`],
    ...[signChannel(TEST_APPLICATION, "1.1", channel), signChannel(TEST_APPLICATION, id, "private-signe")],
    ...[signChannel(TEST_APPLICATION, id, channel, "{}"), signChannel(TEST_APPLICATION, id, ":user:")],
  ];
  for (const auth of wrong) {
    expect(await client.answersTo({ event: "pusher:subscribe", data: { auth, channel } })).toEqual([
      UNAUTHORIZED,
      subscriptionError(channel, "AuthError", "Connection is unauthorized", 401),
    ]);
    const signIn = { event: "pusher:signin", data: { auth, user_data: '{"id":"1"}' } };
    expect(await client.answersTo(signIn)).toEqual([UNAUTHORIZED]);
  }
  expect(await client.answersTo({ event: "pusher:subscribe", data: { auth: right, channel } })).toEqual([
    succeeded(channel),
  ]);
  await client.close();
});
