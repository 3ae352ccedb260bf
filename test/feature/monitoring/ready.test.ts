import { expect, test } from "bun:test";
import { ApiClient } from "../../support/api-client.ts";
import { eventually } from "../../support/eventually.ts";
import { RawSocket } from "../../support/raw-socket.ts";
import { untilSecondSignal } from "../../support/second-signal.ts";
import { requestHead } from "../../support/raw-call.ts";
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

test("a server that stops lives and is not ready, and its port is open until running calls are answered", async () => {
  await using server = await startServer();
  const running = await RawSocket.open(server);
  // The server says that it has taken the call, whose body comes last.
  const call = { method: "POST", path: "/events", body: '{"name":"e","data":"x","channel":"a"}' };
  const headers = { "Content-Length": String(call.body.length), Expect: "100-continue" };
  expect((await running.request(requestHead(call, headers))).statusLine).toBe("HTTP/1.1 100 Continue");
  const code = server.kill("SIGTERM");
  await server.output.waitFor("Stopping (SIGTERM)");
  // At the same time, since a stop waits five seconds for a running call.
  await Promise.all(WHILE_STOPPING.map(async ({ path, answer }) => {
    const late = await RawSocket.open(server);
    const given = await late.request(`GET ${path} HTTP/1.1\r\nHost: localhost\r\n\r\n`);
    expect(answerOf(given)).toEqual(answer);
    // So that the next call goes to the next server.
    expect(given.headers.get("connection")).toBe("close");
    // Deno sends the header, and leaves the closing to the caller.
    if (serverTarget() === "deno") late.destroy();
    else await late.ended;
  }));
  expect((await running.request(call.body)).status).toBe(200);
  running.end();
  expect(await code).toBe(0);
});

/** The status of `/up` with a query. */
const statusOf = async (url: string, query: string): Promise<number> =>
  (await fetch(`${url}/up${query}`)).status;

test("for drain_delay a server that stops serves as before, and says that it is not ready", async () => {
  await using server = await startServer({
    env: { REVERB_DRAIN_DELAY: "600", REVERB_DRAIN_SECONDS: "0" },
  });
  const [before] = await Peer.connectAll(server, 1) as [Peer];
  expect(await statusOf(server.url, "?ready=stopping")).toBe(200);
  process.kill(server.pid, "SIGTERM");
  await eventually(() => statusOf(server.url, "?ready=stopping"), (status) => status === 503);
  expect([await statusOf(server.url, "?ready"), await statusOf(server.url, "")]).toEqual([503, 200]);
  const [late] = await Peer.connectAll(server, 1) as [Peer];
  await late.subscribe("news");
  expect((await new ApiClient(server).trigger("news", "e", "x")).status).toBe(200);
  await late.nextEvent("e");
  // A second signal ends the wait too.
  await untilSecondSignal(server);
  const code = server.kill("SIGTERM");
  expect([(await before.closed).code, (await late.closed).code]).toEqual([4100, 4100]);
  expect(await code).toBe(0);
});

test("after drain_delay the clients are closed", async () => {
  await using server = await startServer({
    env: { REVERB_DRAIN_DELAY: "0.5", REVERB_DRAIN_SECONDS: "0" },
  });
  const [client] = await Peer.connectAll(server, 1) as [Peer];
  const begun = Date.now(), code = server.kill("SIGTERM");
  expect((await client.closed).code).toBe(4100);
  // Timers are never early.
  expect(Date.now() - begun).toBeGreaterThanOrEqual(490);
  expect(await code).toBe(0);
});

test("without Redis a node is not ready, and still not one that stops", async () => {
  // Reserved (RFC 6335, 6): no program listens there.
  const env = { REVERB_SCALING_ENABLED: "true", REDIS_HOST: "127.0.0.1", REDIS_PORT: "1" };
  await using server = await startServer({ env });
  expect(await statusOf(server.url, "?ready")).toBe(503);
  expect(await statusOf(server.url, "?ready=stopping")).toBe(200);
});

/** What a server answers while it stops. */
const WHILE_STOPPING = [
  {
    path: "/up?ready",
    answer: json('{"health":"OK","ready":false,"reasons":["stopping"]}', 503),
  },
  { path: "/up", answer: json('{"health":"OK"}') },
];

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
