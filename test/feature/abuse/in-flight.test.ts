import { expect, test } from "bun:test";
import { eventually } from "../../support/eventually.ts";
import { signUser } from "../../support/sign-channel.ts";
import type { SocketClient } from "../../support/socket-client.ts";
import { TEST_APPLICATION } from "../../support/test-application.ts";
import { useAbusedServer } from "../../support/abused-server.ts";
import { TOO_MANY_CHANNELS } from "../../support/frames.ts";

const server = useAbusedServer({
  REVERB_APP_MAX_CHANNELS_PER_CONNECTION: "2",
  REVERB_MAX_REQUEST_SIZE: "100000",
});

async function subscribed(channel: string): Promise<SocketClient> {
  const client = await server.connect();
  client.send({ event: "pusher:subscribe", data: { channel } });
  await client.nextEvent("pusher_internal:subscription_succeeded");
  return client;
}

/** The numbers in the events that a client has received; each event's data is its number. */
function numbers(client: SocketClient): number[] {
  return client.received.map((frame) => JSON.parse(frame) as { event: string; data: string })
    .filter(({ event }) => event === "n").map(({ data }) => Number(data));
}

test("clients that go while they are published to disturb no other; those that stay get all, in order", async () => {
  const staying = await subscribed("stream");
  const going = await Promise.all(Array.from({ length: 200 }, () => subscribed("stream")));
  for (let index = 0; index < 400; index++) {
    const answer = server.api.trigger("stream", "n", String(index));
    const client = index % 2 === 0 ? going[index / 2] : undefined;
    if (index % 4 === 0) client?.terminate();
    else if (client !== undefined) void client.close();
    expect((await answer).status).toBe(200);
  }
  for (let index = 0; index < 400; index++) await staying.next();
  await staying.expectSilence();
  expect(numbers(staying)).toEqual(Array.from({ length: 400 }, (_, index) => index));
  for (const client of going) {
    // A client that went has an unbroken beginning.
    expect(numbers(client)).toEqual(numbers(client).map((_, index) => index));
  }
  const listed = async (): Promise<string> =>
    (await server.api.get("/channels/stream", { info: "subscription_count" })).text;
  await eventually(listed, (text) => text === '{"occupied":true,"subscription_count":1}');
  await staying.close();
});

test("an event that leaves out a connection which closes meanwhile reaches the others once", async () => {
  const staying = await subscribed("except");
  for (let index = 0; index < 100; index++) {
    const client = await server.connect(), { id } = client;
    client.send({ event: "pusher:subscribe", data: { channel: "except" } });
    await client.nextEvent("pusher_internal:subscription_succeeded");
    client.terminate();
    await server.api.trigger("except", "n", String(index), { socket_id: id });
  }
  for (let index = 0; index < 100; index++) {
    expect(JSON.parse(await staying.next())).toMatchObject({ data: String(index) });
  }
  await staying.expectSilence();
  await staying.close();
});

test(
  "users whose connections are terminated while their messages are in flight are gone, the others are not",
  async () => {
    const bystander = await subscribed("plain");
    for (let round = 0; round < 20; round++) {
      const clients = await Promise.all(Array.from({ length: 10 }, async (_, index) => {
        const client = await server.connect(), { id } = client;
        const userData = '{"id":"doomed"}';
        if (index % 2 === 0) {
          const data = { auth: signUser(TEST_APPLICATION, id, userData), user_data: userData };
          client.send({ event: "pusher:signin", data });
          await client.nextEvent("pusher:signin_success");
        } else {
          client.send(server.joinMessage(id, "presence-doomed", "doomed"));
          await client.nextEvent("pusher_internal:subscription_succeeded");
        }
        return { client, id };
      }));
      const terminated = server.api.post("/users/doomed/terminate_connections", {});
      for (const { client, id } of clients) {
        for (let message = 0; message < 20; message++) {
          client.send(server.joinMessage(id, `presence-late-${message % 4}`, "doomed"));
          client.send({ event: "client-late", channel: "presence-doomed", data: {} });
          client.send({ event: "pusher:unsubscribe", data: { channel: "presence-doomed" } });
        }
      }
      expect((await terminated).text).toBe("{}");
      const ends = await Promise.all(clients.map(({ client }) => client.closed));
      // At any moment each of them stands for the user somewhere; 1006 when its last messages crossed the close frame.
      for (const { code } of ends) expect([4009, 1006]).toContain(code);
    }
    await eventually(() => server.connections(), (count) => count === 1);
    expect((await server.api.get("/channels")).json()).toEqual({ channels: { bystander: {}, plain: {} } });
    await bystander.expectSilence();
    await bystander.close();
  },
);

test("a flood of refusals is counted, and logged in a few lines", async () => {
  const lines = (): number => server.running.output.lines.length;
  const before = lines(), start = performance.now();
  const { raw } = await server.rawWebSocket();
  const kinds = [
    "nonsense",
    "[]",
    '{"event":"pusher:subscribe","data":{"channel":"private-x"}}',
    '{"event":"x","channel":"y"}',
  ];
  for (let index = 0; index < 20_000; index++) raw.send(kinds[index % kinds.length]);
  for (let index = 0; index < 5; index++) {
    raw.send({ event: "pusher:subscribe", data: { channel: `limited-${index}` } });
  }
  const frames: string[] = [];
  while (frames.filter((frame) => frame === TOO_MANY_CHANNELS).length < 3) frames.push(await raw.readText());
  expect(frames).toHaveLength(10_000 + 2 * 5_000 + 2 + 2 * 2 + 1);
  raw.destroy();
  for (let index = 0; index < 200; index++) {
    const unknown = await server.raw();
    await unknown.upgrade({ key: `unknown-${index}` });
    unknown.destroy();
    await server.api.get("/connections", {}, { secret: "wrong" });
  }
  // Ten lines of a kind within ten seconds, then one that sums up.
  const windows = Math.ceil((performance.now() - start) / 10_000) + 1;
  expect(lines() - before).toBeLessThan(windows * 6 * 11);
});
