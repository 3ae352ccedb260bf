import { expect, test } from "bun:test";
import PusherServer from "pusher";
import { startAuthEndpoint } from "../support/auth-endpoint.ts";
import { startServer } from "../support/start-server.ts";
import { connectPusher, serverSdk } from "../support/client-libraries.ts";
import { EventLog } from "../support/event-log.ts";
import { useServer } from "../support/use-server.ts";
import { useResource } from "../support/use-resource.ts";

const SUCCEEDED = "pusher:subscription_succeeded";

const server = useServer();
const sdk = useResource(() => serverSdk(server));
const auth = useResource(() => startAuthEndpoint(sdk));

/** The body of an answer. */
async function answer(call: ReturnType<PusherServer["get"]>): Promise<unknown> {
  return await (await call).json();
}

test("trigger answers an empty object, and with info what was asked for", async () => {
  using client = await connectPusher(server, { auth, user: { id: "7" } });
  const logs = ["info-public", "presence-info"].map((name) => EventLog.of(client.pusher.subscribe(name)));
  for (const log of logs) await log.nextOf(SUCCEEDED);
  expect(await answer(sdk.trigger("info-public", "event", {}))).toEqual({});
  const info = { info: "user_count,subscription_count" };
  expect(await answer(sdk.trigger(["info-public", "presence-info", "info-empty"], "event", {}, info)))
    .toEqual({
      channels: {
        "info-public": { subscription_count: 1 },
        "presence-info": { user_count: 1 },
        "info-empty": {},
      },
    });
});

test("trigger with an idempotency key is delivered once", async () => {
  using client = await connectPusher(server);
  const log = EventLog.of(client.pusher.subscribe("once"));
  await log.nextOf(SUCCEEDED);
  for (const name of ["event", "event", "last"]) {
    // docs/idempotency.md shows this call.
    const key = { idempotency_key: `order-7-${name}` };
    expect(await answer(sdk.trigger("once", name, { order: 7 }, key as object))).toEqual({});
  }
  expect((await log.next()).name).toBe("event");
  expect((await log.next()).name).toBe("last");
});

test("triggerBatch sends each event to its channel", async () => {
  using client = await connectPusher(server);
  const one = EventLog.of(client.pusher.subscribe("batch-1")),
    two = EventLog.of(client.pusher.subscribe("batch-2"));
  await one.nextOf(SUCCEEDED);
  await two.nextOf(SUCCEEDED);
  const socketId = client.pusher.connection.socket_id;
  expect(
    await answer(sdk.triggerBatch([
      { channel: "batch-1", name: "a", data: { n: 1 } },
      { channel: "batch-2", name: "not-for-the-sender", data: 2, socket_id: socketId },
      { channel: "batch-2", name: "b", data: "text" },
    ])),
  ).toEqual({});
  expect(await one.next()).toEqual({ name: "a", data: { n: 1 } });
  expect(await two.next()).toEqual({ name: "b", data: "text" });
  expect(
    await answer(sdk.triggerBatch([
      { channel: "batch-1", name: "c", data: 1, info: "subscription_count" },
      { channel: "batch-empty", name: "c", data: 1 },
    ])),
  ).toEqual({ batch: [{ subscription_count: 1 }, {}] });
  expect(await answer(sdk.triggerBatch([{ channel: "batch-empty", name: "c", data: 1, info: "user_count" }])))
    .toEqual({ batch: [{}] });
});

test("GET /channels lists the occupied channels, by prefix and with info", async () => {
  using client = await connectPusher(server, { auth, user: { id: "8" } });
  const names = ["list-a", "list-b", "presence-list-c"];
  for (const name of names) await EventLog.of(client.pusher.subscribe(name)).nextOf(SUCCEEDED);
  expect(await answer(sdk.get({ path: "/channels", params: { filter_by_prefix: "list-" } }))).toEqual({
    channels: { "list-a": {}, "list-b": {} },
  });
  const params = { filter_by_prefix: "presence-list", info: "user_count" };
  expect(await answer(sdk.get({ path: "/channels", params }))).toEqual({
    channels: { "presence-list-c": { user_count: 1 } },
  });
  expect(await answer(sdk.get({ path: "/channels", params: { filter_by_prefix: "none" } }))).toEqual({
    channels: {},
  });
});

test("GET /channels/x describes one channel, GET …/users lists its members", async () => {
  using one = await connectPusher(server, { auth, user: { id: "a" } });
  using two = await connectPusher(server, { auth, user: { id: "b" } });
  for (const { pusher } of [one, two]) {
    await EventLog.of(pusher.subscribe("presence-one")).nextOf(SUCCEEDED);
    await EventLog.of(pusher.subscribe("cache-one")).nextOf(SUCCEEDED);
  }
  expect(await answer(sdk.get({ path: "/channels/presence-one", params: { info: "user_count" } }))).toEqual({
    occupied: true,
    user_count: 2,
  });
  await sdk.trigger("cache-one", "kept", { n: 1 });
  expect(await answer(sdk.get({ path: "/channels/cache-one", params: { info: "subscription_count,cache" } })))
    .toEqual({
      occupied: true,
      subscription_count: 2,
      cache: { event: "kept", data: '{"n":1}', channel: "cache-one" },
    });
  expect(await answer(sdk.get({ path: "/channels/empty" }))).toEqual({ occupied: false });
  expect(await answer(sdk.get({ path: "/channels/presence-one/users" }))).toEqual({
    users: [{ id: "a" }, { id: "b" }],
  });
  await expect(sdk.get({ path: "/channels/empty/users" })).rejects.toMatchObject({ status: 400 });
  await expect(sdk.get({ path: "/channels/presence-empty/users" })).rejects.toMatchObject({ status: 404 });
});

test("ids and names with unusual characters survive the way through path and query", async () => {
  using client = await connectPusher(server, { auth, user: { id: "u@x.org" } });
  const name = "presence-a_b=c@d,e.f;g";
  await EventLog.of(client.pusher.subscribe(name)).nextOf(SUCCEEDED);
  expect(await answer(sdk.get({ path: `/channels/${name}`, params: { info: "user_count" } }))).toEqual({
    occupied: true,
    user_count: 1,
  });
  expect(await answer(sdk.get({ path: "/channels", params: { filter_by_prefix: "presence-a_b=c@d,e.f;" } })))
    .toEqual({ channels: { [name]: {} } });
  expect((await sdk.terminateUserConnections("u@x.org")).status).toBe(200);
  await client.connection.nextOf("disconnected");
});

test("GET /connections counts every connection", async () => {
  await using alone = await startServer();
  using _one = await connectPusher(alone);
  using _two = await connectPusher(alone);
  expect(await answer(serverSdk(alone).get({ path: "/connections" }))).toEqual({ connections: 2 });
});

test("forURL takes the server's address", async () => {
  await using numbered = await startServer({ env: { REVERB_APP_ID: "123" } });
  const fromUrl = PusherServer.forURL(`http://app-key:app-secret@127.0.0.1:${numbered.port}/apps/123`);
  expect(await answer(fromUrl.trigger("any", "event", 1))).toEqual({});
});

test("a wrong secret, an unknown application and a too large event are refused with a status and a reason", async () => {
  const forger = serverSdk(server, { secret: "guessed" });
  await expect(forger.trigger("a", "b", 1)).rejects.toMatchObject({
    status: 401,
    body: "Authentication signature invalid.",
  });
  const stranger = new PusherServer({
    appId: "unknown",
    key: "app-key",
    secret: "app-secret",
    host: server.host,
    port: String(server.port),
  });
  await expect(stranger.trigger("a", "b", 1)).rejects.toMatchObject({
    status: 404,
    body: "No matching application for ID [unknown].",
  });
  await expect(sdk.trigger("a", "b", "x".repeat(11_000))).rejects.toMatchObject({
    status: 413,
    body: expect.stringContaining("Payload too large"),
  });
});
