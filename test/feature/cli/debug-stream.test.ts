import { expect, test } from "bun:test";
import { ApiClient } from "../../support/api-client.ts";
import { connect } from "../../support/socket-client.ts";
import { HAS_REDIS, NO_REDIS, startRedis } from "../../support/redis-server.ts";
import { skipWhen } from "../../support/skip-when.ts";
import { startServer } from "../../support/start-server.ts";

const noRedis = skipWhen(!HAS_REDIS, NO_REDIS);

test("--debug shows time, direction, connection and message of everything that passes", async () => {
  await using server = await startServer({ args: ["--debug"] });
  const client = await connect(server);
  const id = await client.established();
  const [established] = client.received;
  client.send({ event: "pusher:subscribe", data: { channel: "news", auth: "" } });
  await client.nextEvent("pusher_internal:subscription_succeeded");
  await new ApiClient(server).trigger("news", "e", { a: 1 });
  await client.nextEvent("e");
  await client.close(1000);
  await server.stop();
  const lines = server.output.stdout.filter((line) => /^\d\d:\d\d:\d\d\.\d{3} \S/.test(line))
    .map((line) => line.slice(13).replace(/ +/g, " "));
  expect(lines).toEqual([
    `→ in ${id} connected from 127.0.0.1`,
    `← out ${id} ${established}`,
    `→ in ${id} {"event":"pusher:subscribe","data":{"channel":"news","auth":"…"}}`,
    `← out ${id} {"event":"pusher_internal:subscription_succeeded","data":"{}","channel":"news"}`,
    '← out 1 subscriber {"event":"e","data":"{\\"a\\":1}","channel":"news"}',
    "⇒ api app-id e on news: 1 subscriber",
    "⇒ api 127.0.0.1 POST /apps/app-id/events 200",
    `→ in ${id} disconnected (1000)`,
  ]);
});

test("--debug shows an event that no client is subscribed to", async () => {
  expect(await linesOfVainEvent({})).toContain("⇒ api app-id OrderShipped on orders: 0 subscribers");
});

test.skipIf(noRedis)(
  "where there may be other nodes, --debug says that it counts this one alone",
  async () => {
    await using redis = await startRedis();
    expect(await linesOfVainEvent({ ...redis.env, REVERB_SCALING_ENABLED: "true" })).toContain(
      "⇒ api app-id OrderShipped on orders: 0 subscribers on this node",
    );
  },
);

async function linesOfVainEvent(env: Readonly<Record<string, string>>): Promise<readonly string[]> {
  await using server = await startServer({ args: ["--debug"], env });
  await new ApiClient(server).trigger("orders", "OrderShipped", { id: 7 });
  await server.stop();
  return server.output.stdout.map((line) => line.slice(13).replace(/ +/g, " "));
}

test("without --debug nothing of what passes is printed", async () => {
  await using server = await startServer();
  const client = await connect(server);
  await client.established();
  client.send({ event: "pusher:subscribe", data: { channel: "news", auth: "" } });
  await client.nextEvent("pusher_internal:subscription_succeeded");
  await client.close();
  await server.stop();
  expect(server.output.text()).not.toContain("news");
  expect(server.output.lines).toHaveLength(5);
});

test("a long message is cut, and control characters cannot reach the terminal", async () => {
  await using server = await startServer({ args: ["--debug"] });
  const client = await connect(server);
  await client.established();
  client.send(`{"event":"pusher:subscribe","data":{"channel":"\u001b[2J\u202e${"x".repeat(5000)}"}}`);
  await client.nextEvent("pusher:error");
  await client.close();
  await server.stop();
  const output = server.output.text();
  // deno-lint-ignore no-control-regex -- finding control characters is the purpose
  expect(output).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u202e]/);
  expect(output).toContain(String.raw`\u001b[2J`);
  expect(Math.max(...server.output.lines.map((line) => line.length))).toBeLessThan(700);
});
