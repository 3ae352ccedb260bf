import { expect, test } from "bun:test";
import { startCluster } from "../../support/cluster.ts";
import { RawSocket } from "../../support/raw-socket.ts";
import { HAS_REDIS, NO_REDIS } from "../../support/redis-server.ts";
import { skipWhen } from "../../support/skip-when.ts";
import { untilSecondSignal } from "../../support/second-signal.ts";
import { connect } from "../../support/socket-client.ts";
import { serverTarget } from "../../support/server-target.ts";
import { startServer } from "../../support/start-server.ts";
import { withLength } from "../../support/raw-call.ts";

/** A server with another node beside it, which could take its clients: so they are closed one by one, over an hour. */
const BESIDE_ANOTHER = { nodes: 2, env: { REVERB_DRAIN_SECONDS: "3600" } };
const noOther = skipWhen(!HAS_REDIS, NO_REDIS);

test.each([["SIGTERM"], ["SIGINT"]] as const)(
  "%s stops the server with 0, telling its clients",
  async (signal) => {
    const server = await startServer({ env: { REVERB_DRAIN_SECONDS: "0.1" } });
    const clients = await Promise.all(Array.from({ length: 5 }, () => connect(server)));
    for (const client of clients) await client.established();
    expect(await server.kill(signal)).toBe(0);
    for (const client of clients) expect((await client.closed).code).toBe(4100);
    await server.output.ended;
    const [stopping, stopped] = server.output.stdout.slice(-2);
    expect(stopping).toEndWith(` info    Stopping (${signal}); a second signal ends it at once`);
    expect(stopped).toMatch(
      / info {4}Stopped after \d+ s: 5 connections, 0 messages received, 5 sent, 0 refused$/,
    );
    expect(server.output.stderr).toEqual([]);
  },
);

test("a server without clients stops at once, however long the drain may take", async () => {
  const server = await startServer({ env: { REVERB_DRAIN_SECONDS: "3600" } });
  expect(await server.stop()).toBe(0);
});

test.skipIf(noOther)("a second signal ends a slow stop at once, with 0", async () => {
  await using cluster = await startCluster(BESIDE_ANOTHER);
  const server = cluster.node(0);
  const clients = await Promise.all(Array.from({ length: 20 }, () => connect(server)));
  for (const client of clients) await client.established();
  process.kill(server.pid, "SIGTERM");
  await untilSecondSignal(server);
  expect(await server.stop()).toBe(0);
  await Promise.all(clients.map((client) => client.closed));
});

test.skipIf(noOther)("a stopping server accepts no new client where another one takes it", async () => {
  await using cluster = await startCluster(BESIDE_ANOTHER);
  const server = cluster.node(0);
  const clients = await Promise.all(Array.from({ length: 20 }, () => connect(server)));
  for (const client of clients) await client.established();
  process.kill(server.pid, "SIGTERM");
  await Promise.any(clients.map((client) => client.closed));
  await expect(connect(server)).rejects.toThrow("No WebSocket");
  const call = fetch(`${server.url}/up`, { keepalive: false });
  // Deno cannot stop listening without closing all clients at once: new ones are turned away instead.
  if (serverTarget() === "deno") expect((await call).status).toBe(503);
  else await expect(call).rejects.toThrow();
  await untilSecondSignal(server);
  expect(await server.stop()).toBe(0);
});

test.skipIf(noOther)("a call that is on its way when the server stops is answered", async () => {
  await using cluster = await startCluster(BESIDE_ANOTHER);
  const server = cluster.node(0);
  const clients = await Promise.all(Array.from({ length: 20 }, () => connect(server)));
  for (const client of clients) await client.established();
  const socket = await RawSocket.open(server);
  const call = withLength({ method: "POST", path: "/events", body: '{"name":"e","data":"x","channel":"a"}' });
  socket.write(call.slice(0, -10));
  // The answer to another call says that the first half has arrived.
  expect((await fetch(`${server.url}/up`)).status).toBe(200);
  process.kill(server.pid, "SIGTERM");
  await server.output.waitFor("Stopping (SIGTERM)");
  const answer = await socket.request(call.slice(-10));
  expect([answer.status, answer.body.toString()]).toEqual([200, "{}"]);
  socket.end();
  await untilSecondSignal(server);
  expect(await server.stop()).toBe(0);
});
