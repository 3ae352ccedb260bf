import { expect, test } from "bun:test";
import { RawSocket } from "../../support/raw-socket.ts";
import { serverTarget } from "../../support/server-target.ts";
import { startServer } from "../../support/start-server.ts";
import { answerOf, json } from "../../support/answer-of.ts";
import { APPLICATION_ENV, runResound } from "../../support/run-resound.ts";
import { Peer } from "../../support/peer.ts";

const READY = "GET /up?ready HTTP/1.1\r\nHost: localhost\r\n\r\n";

test("a server that serves is ready, and says so where it is asked", async () => {
  await using server = await startServer();
  const socket = await RawSocket.open(server);
  expect(answerOf(await socket.request(READY))).toEqual(json('{"health":"OK","ready":true}'));
  socket.end();
  // Without this question the answer of /up is Reverb's.
  expect(await (await fetch(`${server.url}/up?x=ready`)).text()).toBe('{"health":"OK"}');
});

test("a server that stops lives and is not ready, as a connection from before sees", async () => {
  await using server = await startServer({ env: { REVERB_DRAIN_SECONDS: "2" } });
  const clients = await Peer.connectAll(server, 3);
  // Bun closes connections that wait for nothing; those with a request on its way are answered.
  const [ready, up] = [await RawSocket.open(server), await RawSocket.open(server)];
  ready.write("GET /up?ready HTTP/1.1\r\n");
  up.write("GET /up HTTP/1.1\r\n");
  await (await fetch(`${server.url}/up`)).text();
  process.kill(server.pid, "SIGTERM");
  await clients[0]!.closed;
  const answer = answerOf(await ready.request("Host: localhost\r\n\r\n"));
  if (serverTarget() === "deno") {
    // It cannot stop listening, so that it answers everyone in one way (docs/deno.md).
    expect(answer).toMatchObject({ status: 503, body: "The server is stopping." });
    return;
  }
  expect(answer).toEqual(json('{"health":"OK","ready":false,"reasons":["stopping"]}', 503));
  expect(answerOf(await up.request("Host: localhost\r\n\r\n"))).toEqual(json('{"health":"OK"}'));
});

test("resound health --ready asks whether clients should come", async () => {
  await using server = await startServer();
  const args = ["health", "--ready", "--host", "127.0.0.1", "--port", String(server.port)];
  expect(await runResound(args, { env: APPLICATION_ENV })).toEqual({
    code: 0,
    stdout: [`Ready: http://127.0.0.1:${server.port}/up?ready answered 200`],
    stderr: [],
  });
});

test("resound health --ready fails with the reasons of a server that lives and is not ready", async () => {
  const busy = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    fetch: () => new Response('{"health":"OK","ready":false,"reasons":["redis_away"]}', { status: 503 }),
  });
  try {
    const args = ["health", "--ready", "--host", "127.0.0.1", "--port", String(busy.port)];
    expect(await runResound(args, { env: APPLICATION_ENV })).toEqual({
      code: 1,
      stdout: [],
      stderr: [`Not ready: http://127.0.0.1:${busy.port}/up?ready answered 503 (redis_away)`],
    });
  } finally {
    await busy.stop(true);
  }
});
