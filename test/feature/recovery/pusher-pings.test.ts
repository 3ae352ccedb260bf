import { expect, test } from "bun:test";
import { ApiClient } from "../../support/api-client.ts";
import { succeeded } from "../../support/frames.ts";
import { ReturningPeer } from "../../support/returning-peer.ts";
import { useServer } from "../../support/use-server.ts";

const ATTEMPTS = 12;
const server = useServer({
  env: {
    REVERB_APP_RECOVERY_ENABLED: "true",
    REVERB_APP_RECOVERY_ACKNOWLEDGE: "pusher",
    REVERB_APP_RATE_LIMITING_ENABLED: "true",
    REVERB_APP_RATE_LIMIT_MAX_ATTEMPTS: String(ATTEMPTS),
  },
});
const api = new ApiClient(server);

const event = (channel: string, number: number): string =>
  `{"event":"n","data":"${number}","channel":"${channel}"}`;

async function publish(channel: string, ...numbers: readonly number[]): Promise<void> {
  for (const number of numbers) {
    await api.post("/events", { name: "n", channels: [channel], data: `${number}` });
  }
}

test("a client that answers pusher:ping is sent what it has missed", async () => {
  using first = await ReturningPeer.connect(server);
  await first.subscribed("news");
  expect(first.pings).toEqual(['{"event":"pusher:ping"}']);
  await publish("news", 1);
  expect(await first.next()).toBe(event("news", 1));
  // Up to a second after the first ping there is no other.
  await first.acknowledge();
  first.cut();
  await publish("news", 2, 3);
  using second = await ReturningPeer.connect(server, { jar: first.jar });
  expect(second.setCookies).toHaveLength(1);
  second.subscribe("news");
  await publish("news", 4);
  expect(await second.take(4)).toEqual([
    succeeded("news"),
    ...[2, 3, 4].map((number) => event("news", number)),
  ]);
});

test("what was sent since the last answer comes twice", async () => {
  using first = await ReturningPeer.connect(server);
  await first.subscribed("twice");
  await publish("twice", 1);
  expect(await first.next()).toBe(event("twice", 1));
  first.cut();
  using second = await ReturningPeer.connect(server, { jar: first.jar });
  second.subscribe("twice");
  expect(await second.take(2)).toEqual([succeeded("twice"), event("twice", 1)]);
});

test("only pongs that answer a ping of the server count for no limit", async () => {
  using peer = await ReturningPeer.connect(server);
  await peer.subscribed("limited");
  // The subscription, the ping behind it and these are as many messages as are allowed; the pong to the server's ping is none of them.
  for (let sent = 2; sent < ATTEMPTS; sent++) peer.send({ event: "pusher:pong", data: {} });
  peer.send({ event: "pusher:ping", data: {} });
  expect(await peer.next()).toContain("4301");
});

test("many events that a slow client has missed do not close it", async () => {
  using first = await ReturningPeer.connect(server);
  await first.subscribed("large");
  first.cut();
  const data = "x".repeat(9_000), count = 900;
  for (let sent = 0; sent < count; sent += 30) {
    await Promise.all(
      Array.from({ length: 30 }, () => api.post("/events", { name: "n", channels: ["large"], data })),
    );
  }
  using second = await ReturningPeer.connect(server, { jar: first.jar });
  second.pause();
  second.subscribe("large");
  await publish("other", 1);
  second.goOn();
  expect(await second.next()).toBe(succeeded("large"));
  expect(await second.events("n", count)).toHaveLength(count);
});
