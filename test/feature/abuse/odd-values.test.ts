import { expect, test } from "bun:test";
import { signChannel, signUser } from "../../support/sign-channel.ts";
import { TEST_APPLICATION } from "../../support/test-application.ts";
import { useAbusedServer } from "../../support/abused-server.ts";
import { INVALID_MESSAGE, PONG, subscriptionError, succeeded, UNAUTHORIZED } from "../../support/frames.ts";

const MAX_MESSAGE_SIZE = 1_000_000;
const server = useAbusedServer({ REVERB_APP_MAX_MESSAGE_SIZE: String(MAX_MESSAGE_SIZE) });

test.each(["[", '{"a":', '{"event":"client-x","channel":"deep","data":[', '[{"a":[{"b":'])(
  "a hundred thousand times %s within the size limit is answered like any other nonsense",
  async (opening) => {
    const client = await server.connect();
    const times = Math.floor(Math.min(100_000, MAX_MESSAGE_SIZE / opening.length));
    expect(await client.answersTo(opening.repeat(times))).toEqual([INVALID_MESSAGE]);
    await client.close();
  },
);

test("deep data that is well-formed is passed on untouched or refused, at every depth", async () => {
  const receiver = await server.connect();
  const sender = await server.connect();
  for (const client of [receiver, sender]) {
    client.send({ event: "pusher:subscribe", data: { channel: "deep" } });
    await client.nextEvent("pusher_internal:subscription_succeeded");
  }
  for (const depth of [100, 1000, 10_000, 100_000, 400_000]) {
    const data = "[".repeat(depth) + "]".repeat(depth);
    const refusals = await sender.answersTo(`{"event":"client-deep","channel":"deep","data":${data}}`);
    if (depth <= 1000 || refusals.length === 0) {
      expect(await receiver.next()).toBe(`{"event":"client-deep","channel":"deep","data":${data}}`);
    } else {
      expect(refusals).toEqual([INVALID_MESSAGE]);
      await receiver.expectSilence();
    }
    const object = '{"a":'.repeat(depth / 2) + "1" + "}".repeat(depth / 2);
    const subscribe = `{"event":"pusher:subscribe","data":{"channel":"deep-too","auth":${object}}}`;
    if (subscribe.length <= MAX_MESSAGE_SIZE) {
      expect(await sender.answersTo(subscribe)).toEqual([INVALID_MESSAGE]);
    }
  }
  for (const client of [receiver, sender]) await client.close();
});

test("channel_data and user_data of every wrong shape are refused, rightly signed as they are", async () => {
  const client = await server.connect(), { id } = client;
  const shapes = [
    ...[
      "",
      "x",
      "null",
      "[]",
      "1",
      "{}",
      '{"user_id":null}',
      '{"user_id":""}',
      '{"user_id":{}}',
      '{"user_id":[]}',
    ],
    ...[
      '{"user_id":true}',
      '{"user_id":"\\ud800"}',
      '{"user_id":1e999}',
      '{"id":1}',
      '{"__proto__":{"user_id":"1"}}',
      "[".repeat(50_000),
    ],
  ];
  for (const channelData of shapes) {
    const channel = "presence-shapes";
    const auth = signChannel(TEST_APPLICATION, id, channel, channelData);
    const data = { auth, channel, channel_data: channelData };
    expect(await client.answersTo({ event: "pusher:subscribe", data })).toEqual([
      UNAUTHORIZED,
      subscriptionError(channel, "AuthError", "Connection is unauthorized", 401),
    ]);
  }
  const users = [
    ...[
      "",
      "x",
      "null",
      "[]",
      "1",
      "{}",
      '{"id":null}',
      '{"id":""}',
      '{"id":{}}',
      '{"id":[]}',
      '{"id":true}',
    ],
    ...['{"__proto__":{"id":"1"}}', '{"id":"a\\u0000b"}', '{"id":"1","watchlist":{}}', '{"id":"\\ud800"}'],
    JSON.stringify({ id: "x".repeat(1000) }),
    JSON.stringify({ id: "1", watchlist: ["2", "3\n4"] }),
    JSON.stringify({ id: "1", watchlist: ["\ud800"] }),
  ];
  for (const userData of users) {
    const data = { auth: signUser(TEST_APPLICATION, id, userData), user_data: userData };
    expect(await client.answersTo({ event: "pusher:signin", data })).toEqual([UNAUTHORIZED]);
  }
  await client.close();
});

test("names of JavaScript's own are names like any other", async () => {
  const names = ["__proto__", "constructor", "prototype", "toString", "hasOwnProperty", "valueOf", "then"];
  const client = await server.connect(), { id } = client;
  for (const name of names) {
    const subscribe = `{"event":"pusher:subscribe","data":{"channel":${JSON.stringify(name)}}}`;
    expect(await client.answersTo(subscribe)).toEqual([succeeded(name)]);
    const polluting = `{"${name}":{"event":"pusher:ping","polluted":true},"event":"pusher:pong"}`;
    expect(await client.answersTo(polluting)).toEqual([]);
    const channel = `presence-${name}`;
    client.send(server.joinMessage(id, channel, name));
    const joined = await client.nextEvent("pusher_internal:subscription_succeeded");
    expect(joined.data).toBe(`{"presence":{"count":1,"ids":["${name}"],"hash":{"${name}":null}}}`);
    expect(await server.usersOf(channel)).toEqual([name]);
    const userInfo = await server.api.get(`/channels/${name}`, { info: "subscription_count" });
    expect(userInfo.text).toBe('{"occupied":true,"subscription_count":1}');
  }
  const listed = await server.api.get("/channels");
  for (const name of names) expect(listed.text).toContain(`"${name}":{}`);
  await client.close();
});

test("numbers beyond what JavaScript can count are passed on with all their digits", async () => {
  const receiver = await server.connect(), { id } = receiver;
  const sender = await server.connect();
  for (const client of [receiver, sender]) {
    client.send({ event: "pusher:subscribe", data: { channel: "numbers" } });
    await client.nextEvent("pusher_internal:subscription_succeeded");
  }
  const numbers = [
    "12345678901234567890",
    "-0",
    "1e400",
    "-1e-400",
    `1.${"3".repeat(1000)}`,
    "9".repeat(100_000),
  ];
  for (const number of numbers) {
    sender.send(`{"event":"client-n","channel":"numbers","data":${number}}`);
    expect(await receiver.next()).toBe(`{"event":"client-n","channel":"numbers","data":${number}}`);
  }
  const channel = "presence-numbers", userId = "1234567890123456789";
  const channelData = `{"user_id":${userId}}`;
  const auth = signChannel(TEST_APPLICATION, id, channel, channelData);
  receiver.send({ event: "pusher:subscribe", data: { auth, channel, channel_data: channelData } });
  await receiver.nextEvent("pusher_internal:subscription_succeeded");
  expect((await server.api.get(`/channels/${channel}/users`)).text).toBe(`{"users":[{"id":${userId}}]}`);
  for (const client of [receiver, sender]) await client.close();
});

test("of a member that is there twice the last one counts, also for what is passed on", async () => {
  const receiver = await server.connect();
  const sender = await server.connect();
  for (const client of [receiver, sender]) {
    client.send({ event: "pusher:subscribe", data: { channel: "twice" } });
    await client.nextEvent("pusher_internal:subscription_succeeded");
  }
  sender.send(
    String
      .raw`{"data":1,"event":"pusher:ping","channel":"x","event":"client-t","channel":"twice","d\u0061ta":2}`,
  );
  expect(await receiver.next()).toBe('{"event":"client-t","channel":"twice","data":2}');
  for (const client of [receiver, sender]) await client.close();
});

test("a message that is one byte too large ends that connection alone", async () => {
  const client = await server.connect();
  const exact = `{"event":"pusher:ping","x":"${"x".repeat(MAX_MESSAGE_SIZE - 30)}"}`;
  expect(exact.length).toBe(MAX_MESSAGE_SIZE);
  client.send(exact);
  expect(await client.next()).toBe(PONG);
  client.send(`${exact} `);
  expect((await client.closed).code).toBe(1009);
});

test("the size is counted in bytes, not in characters", async () => {
  const client = await server.connect();
  client.send(`{"event":"pusher:ping","x":"${"€".repeat(MAX_MESSAGE_SIZE / 3)}"}`);
  expect((await client.closed).code).toBe(1009);
});
