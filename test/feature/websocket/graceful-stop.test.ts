import { describe, expect, test } from "bun:test";
import { type ClusterNode, startCluster } from "../../support/cluster.ts";
import { PATIENCE } from "../../support/patience.ts";
import { RawSocket } from "../../support/raw-socket.ts";
import { HAS_REDIS, NO_REDIS } from "../../support/redis-server.ts";
import { untilSecondSignal } from "../../support/second-signal.ts";
import { serverTarget } from "../../support/server-target.ts";
import { skipWhen } from "../../support/skip-when.ts";
import { startServer } from "../../support/start-server.ts";
import { PONG } from "../../support/frames.ts";
import { Peer } from "../../support/peer.ts";

/** The end of a connection, with the time at which it was seen. */
async function endOf(peer: Peer): Promise<{ code: number; reason: string; wasClean: boolean; at: number }> {
  return { ...await peer.closed, at: Date.now() };
}

/** Where another node can take the clients. */
const moved = { code: 4200, reason: "The server is stopping", wasClean: true };
/** Where no other server listens: pusher-js comes back after a second, and not at once to a closed port. */
const ended = { code: 4100, reason: "The server is stopping", wasClean: true };

const noOther = skipWhen(!HAS_REDIS, NO_REDIS);

/** A server with another node beside it, which could take its clients. */
async function startBesideAnother(
  env: Readonly<Record<string, string>>,
): Promise<AsyncDisposable & { readonly server: ClusterNode }> {
  const cluster = await startCluster({ nodes: 2, env });
  return { server: cluster.node(0), [Symbol.asyncDispose]: () => cluster[Symbol.asyncDispose]() };
}

describe.each(["SIGTERM", "SIGINT"] as const)("on %s", (signal) => {
  test("everyone is closed with 4100 and the process ends with code 0", async () => {
    const server = await startServer({ env: { REVERB_DRAIN_SECONDS: "1" } });
    const peers = await Peer.connectAll(server, 10);
    for (const peer of peers) await peer.subscribe("news");
    const code = server.kill(signal);
    expect(await Promise.all(peers.map((peer) => peer.closed))).toEqual(peers.map(() => ended));
    expect(await code).toBe(0);
    await server.output.waitFor("Stopped after");
  });

  test.skipIf(noOther)("where another node listens everyone is closed with 4200", async () => {
    await using beside = await startBesideAnother({ REVERB_DRAIN_SECONDS: "1" });
    const { server } = beside, peers = await Peer.connectAll(server, 10);
    for (const peer of peers) await peer.subscribe("news");
    const code = server.kill(signal);
    expect(await Promise.all(peers.map((peer) => peer.closed))).toEqual(peers.map(() => moved));
    expect(await code).toBe(0);
    await server.output.waitFor("Stopped after");
  });
});

test("the close frame stands on the wire, without an error before it", async () => {
  const server = await startServer();
  const raw = await RawSocket.open(server);
  await raw.upgrade();
  await raw.readText();
  const code = server.kill("SIGTERM");
  expect(await raw.readClose()).toEqual({ code: 4100, reason: "The server is stopping", texts: [] });
  raw.sendClose(4100);
  await raw.ended;
  expect(await code).toBe(0);
});

test("drain_seconds holds no client up that has nowhere to go", async () => {
  const server = await startServer({ env: LONG_DRAIN });
  const peers = await Peer.connectAll(server, 400);
  const code = server.kill("SIGTERM");
  expect(await Promise.all(peers.map((peer) => peer.closed))).toEqual(peers.map(() => ended));
  expect(await code).toBe(0);
});

/** Closes one client every 50 ms, so that nearly all of several hundred still wait when the first one is gone. */
const LONG_DRAIN = { REVERB_DRAIN_SECONDS: "3600" };

describe.skipIf(noOther)("where another node listens", () => {
  test("a client that still waits to be closed is served", async () => {
    await using beside = await startBesideAnother(LONG_DRAIN);
    const { server } = beside, peers = await Peer.connectAll(server, 400);
    const first = Promise.race(peers.map((peer) => peer.closed.then(() => peer)));
    void server.kill("SIGTERM");
    const gone = await first;
    const waiting = peers.filter((peer) => peer !== gone);
    const answers = await Promise.allSettled(waiting.map((peer) => peer.ask("pusher:ping", {})));
    expect(answers.filter((answer) => answer.status === "fulfilled" && answer.value === PONG).length)
      .toBeGreaterThan(20);
    await untilSecondSignal(server);
    expect(await server.kill("SIGTERM")).toBe(0);
  });

  test("closes are spread over drain_seconds", async () => {
    await using beside = await startBesideAnother({ REVERB_DRAIN_SECONDS: "2" });
    const { server } = beside, peers = await Peer.connectAll(server, 80);
    const ends = Promise.all(peers.map(endOf)), begun = Date.now();
    const code = server.kill("SIGTERM");
    const times = (await ends).map(({ at, ...end }) => {
      expect(end).toEqual(moved);
      return at;
    });
    // Timers are never early: the last client is closed so late however busy the machine is.
    expect(Math.max(...times) - begun).toBeGreaterThan(1000);
    expect(Math.max(...times) - begun).toBeLessThan(PATIENCE);
    expect(await code).toBe(0);
  });

  test("no new connections are taken once the first client was closed", async () => {
    await using beside = await startBesideAnother(LONG_DRAIN);
    const { server } = beside, peers = await Peer.connectAll(server, 400);
    void server.kill("SIGTERM");
    await Promise.race(peers.map((peer) => peer.closed));
    // Deno cannot stop listening without closing all connections at once, so it turns new ones away.
    if (serverTarget() === "deno") expect((await (await RawSocket.open(server)).upgrade()).status).toBe(503);
    else await expect(RawSocket.open(server)).rejects.toThrow();
    await untilSecondSignal(server);
    const code = server.kill("SIGTERM");
    expect((await Promise.all(peers.map((peer) => peer.closed))).every((end) => end.code === 4200)).toBe(
      true,
    );
    expect(await code).toBe(0);
  });

  test("members who wait hear that others have gone", async () => {
    await using beside = await startBesideAnother(LONG_DRAIN);
    const { server } = beside, first = await Peer.connect(server);
    await first.subscribeSigned("presence-last", '{"user_id":"1"}');
    // They are closed between the two members: time for Redis to answer that one of these has gone.
    await Peer.connectAll(server, 400);
    const second = await Peer.connect(server);
    await second.subscribeSigned("presence-last", '{"user_id":"2"}');
    await first.nextEvent("pusher_internal:member_added");
    void server.kill("SIGTERM");
    const survivor = await Promise.race([
      first.closed.then(() => second),
      second.closed.then(() => first),
    ]);
    await survivor.nextEvent("pusher_internal:member_removed");
    await untilSecondSignal(server);
    const code = server.kill("SIGTERM");
    expect(await survivor.closed).toEqual(moved);
    expect(await code).toBe(0);
  });

  test("with drain_seconds 0 everyone is closed at once", async () => {
    await using beside = await startBesideAnother({ REVERB_DRAIN_SECONDS: "0" });
    const { server } = beside, peers = await Peer.connectAll(server, 50);
    const code = server.kill("SIGTERM");
    expect(await Promise.all(peers.map((peer) => peer.closed))).toEqual(peers.map(() => moved));
    expect(await code).toBe(0);
  });

  test("a second signal ends it at once, and still no client is cut without a close frame", async () => {
    await using beside = await startBesideAnother(LONG_DRAIN);
    const { server } = beside, peers = await Peer.connectAll(server, 800);
    const started = Date.now();
    void server.kill("SIGTERM");
    await Promise.race(peers.map((peer) => peer.closed));
    await untilSecondSignal(server);
    const code = server.kill("SIGTERM");
    expect(await Promise.all(peers.map((peer) => peer.closed))).toEqual(peers.map(() => moved));
    expect(await code).toBe(0);
    // Without the second signal it is at least one pause after each.
    expect(Date.now() - started).toBeLessThan(50 * peers.length);
  });
});

test("a client that never answers the close frame does not hold the process", async () => {
  const server = await startServer({ env: { REVERB_DRAIN_SECONDS: "0" } });
  const raw = await RawSocket.open(server);
  await raw.upgrade();
  await raw.readText();
  raw.pause();
  const code = server.kill("SIGTERM");
  expect(await code).toBe(0);
  raw.resume();
  expect(await raw.readClose()).toMatchObject({ code: 4100 });
  raw.destroy();
});

test("without clients the process ends at once", async () => {
  const server = await startServer({ env: { REVERB_DRAIN_SECONDS: "3600" } });
  expect(await server.stop()).toBe(0);
});
