import { expect, test } from "bun:test";
import { ApiClient } from "../../support/api-client.ts";
import { startCluster } from "../../support/cluster.ts";
import { eventually } from "../../support/eventually.ts";
import { HAS_REDIS, NO_REDIS } from "../../support/redis-server.ts";
import { skipWhen } from "../../support/skip-when.ts";
import { startNginx } from "../../support/proxies.ts";
import { joinAs, type PresencePeer } from "../../support/presence-peer.ts";

const missing = skipWhen(!HAS_REDIS, NO_REDIS) ||
  skipWhen(Bun.which("nginx") === null, "nginx is not installed");
const CHANNEL = "presence-office";
const USERS = ["ann", "bob", "cleo", "dora", "emil", "finn"] as const;

test.skipIf(missing)("three nodes behind nginx are one server, also when one of them stops", async () => {
  await using cluster = await startCluster({ nodes: 3, env: { REVERB_SCALING_COMMAND_TIMEOUT: "20" } });
  await using nginx = await startNginx({ upstream: cluster.nodes.map(({ port }) => port), prefix: "" });
  const api = new ApiClient(nginx);
  const peers = new Map<string, PresencePeer>();
  for (const user of USERS) peers.set(user, await joinAs(nginx, CHANNEL, user));
  for (const peer of peers.values()) await peer.sees(...USERS);
  const here = await Promise.all(
    cluster.nodes.map((node) => node.metric('resound_connections{application="app-id"}')),
  );
  expect([here.reduce((sum, each) => sum + each, 0), here.filter((each) => each > 0).length]).toEqual([6, 3]);

  // No matter which node nginx asks, and on which the client is.
  for (const number of [1, 2, 3, 4, 5, 6]) {
    expect((await api.trigger(CHANNEL, `before-${number}`, {})).status).toBe(200);
    expect((await api.get("/connections")).json()).toEqual({ connections: USERS.length });
  }
  for (const { peer } of peers.values()) await peer.nextEvent("before-6");

  // Those on the node that stops come back through nginx, to another.
  const closed = new Set<string>();
  for (const user of USERS) void peers.get(user)!.peer.closed.then(() => closed.add(user));
  expect(await cluster.node(0).stop()).toBe(0);
  await eventually(() => closed.size, (size) => size === here[0]);
  for (const user of closed) peers.set(user, await joinAs(nginx, CHANNEL, user));
  expect((await api.trigger(CHANNEL, "after", {})).status).toBe(200);
  for (const peer of peers.values()) {
    await peer.sees(...USERS);
    await peer.peer.nextEvent("after");
  }
  expect((await api.get(`/channels/${CHANNEL}/users`)).json()).toEqual({
    users: expect.arrayContaining(USERS.map((id) => ({ id }))),
  });
  for (const peer of peers.values()) await peer[Symbol.asyncDispose]();
});
