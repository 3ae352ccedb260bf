import { describe, expect, test } from "bun:test";
import { PATIENCE } from "../../support/patience.ts";
import { RawSocket } from "../../support/raw-socket.ts";
import { untilSecondSignal } from "../../support/second-signal.ts";
import { serverTarget } from "../../support/server-target.ts";
import { startServer } from "../../support/start-server.ts";
import { PONG } from "../../support/frames.ts";
import { Peer } from "../../support/peer.ts";

/** The end of a connection, with the time at which it was seen. */
async function endOf(peer: Peer): Promise<{ code: number; reason: string; wasClean: boolean; at: number }> {
  return { ...await peer.closed, at: Date.now() };
}

const stopped = { code: 4200, reason: "The server is stopping", wasClean: true };

describe.each(["SIGTERM", "SIGINT"] as const)("on %s", (signal) => {
  test("everyone is closed with 4200 and the process ends with code 0", async () => {
    const server = await startServer({ env: { REVERB_DRAIN_SECONDS: "1" } });
    const peers = await Peer.connectAll(server, 10);
    for (const peer of peers) await peer.subscribe("news");
    const code = server.kill(signal);
    expect(await Promise.all(peers.map((peer) => peer.closed))).toEqual(peers.map(() => stopped));
    expect(await code).toBe(0);
    expect(server.output.text()).toContain("Stopped after");
  });
});

test("the close frame stands on the wire, without an error before it", async () => {
  const server = await startServer({ env: { REVERB_DRAIN_SECONDS: "0" } });
  const raw = await RawSocket.open(server);
  await raw.upgrade();
  await raw.readText();
  const code = server.kill("SIGTERM");
  expect(await raw.readClose()).toEqual({ code: 4200, reason: "The server is stopping", texts: [] });
  raw.sendClose(4200);
  await raw.ended;
  expect(await code).toBe(0);
});

/** Closes one client every 50 ms, so that nearly all of several hundred still wait when the first one is gone. */
const LONG_DRAIN = { REVERB_DRAIN_SECONDS: "3600" };

test("a client that still waits to be closed is served", async () => {
  const server = await startServer({ env: LONG_DRAIN });
  const peers = await Peer.connectAll(server, 400);
  const first = Promise.race(peers.map((peer) => peer.closed.then(() => peer)));
  void server.kill("SIGTERM");
  const gone = await first;
  const waiting = peers.filter((peer) => peer !== gone);
  const answers = await Promise.allSettled(waiting.map((peer) => peer.ask("pusher:ping", {})));
  expect(answers.filter((answer) => answer.status === "fulfilled" && answer.value === PONG).length)
    .toBeGreaterThan(20);
  expect(await server.kill("SIGTERM")).toBe(0);
});

test("closes are spread over drain_seconds", async () => {
  const server = await startServer({ env: { REVERB_DRAIN_SECONDS: "2" } });
  const peers = await Peer.connectAll(server, 80);
  const ends = Promise.all(peers.map(endOf)), begun = Date.now();
  const code = server.kill("SIGTERM");
  const times = (await ends).map(({ at, ...end }) => {
    expect(end).toEqual(stopped);
    return at;
  });
  // Timers are never early: the last client is closed so late however busy the machine is.
  expect(Math.max(...times) - begun).toBeGreaterThan(1000);
  expect(Math.max(...times) - begun).toBeLessThan(PATIENCE);
  expect(await code).toBe(0);
});

test("no new connections are taken once the first client was closed", async () => {
  const server = await startServer({ env: LONG_DRAIN });
  const peers = await Peer.connectAll(server, 400);
  void server.kill("SIGTERM");
  await Promise.race(peers.map((peer) => peer.closed));
  // Deno cannot stop listening without closing all connections at once, so it turns new ones away.
  if (serverTarget() === "deno") expect((await (await RawSocket.open(server)).upgrade()).status).toBe(503);
  else await expect(RawSocket.open(server)).rejects.toThrow();
  const code = server.kill("SIGTERM");
  expect((await Promise.all(peers.map((peer) => peer.closed))).every((end) => end.code === 4200)).toBe(true);
  expect(await code).toBe(0);
});

test("members who wait hear that others have gone", async () => {
  const server = await startServer({ env: { REVERB_DRAIN_SECONDS: "1" } });
  const [first, second] = await Peer.connectAll(server, 2) as [Peer, Peer];
  await first.subscribeSigned("presence-last", '{"user_id":"1"}');
  await second.subscribeSigned("presence-last", '{"user_id":"2"}');
  await first.nextEvent("pusher_internal:member_added");
  const code = server.kill("SIGTERM");
  const survivor = await Promise.race([first.closed.then(() => second), second.closed.then(() => first)]);
  await survivor.nextEvent("pusher_internal:member_removed");
  expect(await survivor.closed).toEqual(stopped);
  expect(await code).toBe(0);
});

test("with drain_seconds 0 everyone is closed at once", async () => {
  const server = await startServer({ env: { REVERB_DRAIN_SECONDS: "0" } });
  const peers = await Peer.connectAll(server, 50);
  const code = server.kill("SIGTERM");
  expect(await Promise.all(peers.map((peer) => peer.closed))).toEqual(peers.map(() => stopped));
  expect(await code).toBe(0);
});

test("a second signal ends it at once, and still no client is cut without a close frame", async () => {
  const server = await startServer({ env: LONG_DRAIN });
  const peers = await Peer.connectAll(server, 800);
  const started = Date.now();
  void server.kill("SIGTERM");
  await Promise.race(peers.map((peer) => peer.closed));
  await untilSecondSignal(server);
  const code = server.kill("SIGTERM");
  expect(await Promise.all(peers.map((peer) => peer.closed))).toEqual(peers.map(() => stopped));
  expect(await code).toBe(0);
  // Without the second signal it is at least one pause after each.
  expect(Date.now() - started).toBeLessThan(50 * peers.length);
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
  expect(await raw.readClose()).toMatchObject({ code: 4200 });
  raw.destroy();
});

test("without clients the process ends at once", async () => {
  const server = await startServer({ env: { REVERB_DRAIN_SECONDS: "3600" } });
  expect(await server.stop()).toBe(0);
});
