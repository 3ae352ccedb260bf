import { expect, test } from "bun:test";
import { ApiClient } from "../../support/api-client.ts";
import { RawSocket } from "../../support/raw-socket.ts";
import { untilSecondSignal } from "../../support/second-signal.ts";
import { skipWhen } from "../../support/skip-when.ts";
import { connect } from "../../support/socket-client.ts";
import { startServer } from "../../support/start-server.ts";
import { withLength } from "../../support/raw-call.ts";

test("a running call is answered although no client holds the stop up", async () => {
  const server = await startServer();
  const socket = await RawSocket.open(server);
  const call = withLength({ method: "POST", path: "/events", body: '{"name":"e","data":"x","channel":"a"}' });
  socket.write(call.slice(0, -10));
  // The answer to another call says that the first half has arrived.
  expect((await fetch(`${server.url}/up`)).status).toBe(200);
  const code = server.kill("SIGTERM");
  await server.output.waitFor("Stopping (SIGTERM)");
  const answer = await socket.request(call.slice(-10));
  expect([answer.status, answer.body.toString()]).toEqual([200, "{}"]);
  socket.end();
  expect(await code).toBe(0);
});

test("with drain_seconds 0 the clients get the event of a running call before they are closed", async () => {
  const server = await startServer({ env: { REVERB_DRAIN_SECONDS: "0" } });
  const client = await connect(server);
  await client.established();
  client.send({ event: "pusher:subscribe", data: { channel: "a" } });
  await client.nextEvent("pusher_internal:subscription_succeeded");
  const socket = await RawSocket.open(server);
  const call = withLength({ method: "POST", path: "/events", body: '{"name":"e","data":"x","channel":"a"}' });
  socket.write(call.slice(0, -10));
  expect((await fetch(`${server.url}/up`)).status).toBe(200);
  const code = server.kill("SIGTERM");
  await server.output.waitFor("Stopping (SIGTERM)");
  expect((await socket.request(call.slice(-10))).status).toBe(200);
  expect((await client.nextEvent("e")).data).toBe("x");
  expect((await client.closed).code).toBe(4100);
  socket.end();
  expect(await code).toBe(0);
});

test.skipIf(skipWhen(process.platform === "win32", "signals: Windows has none"))(
  "two signals that come together are one",
  async () => {
    const server = await startServer();
    const socket = await RawSocket.open(server);
    const call = withLength({
      method: "POST",
      path: "/events",
      body: '{"name":"e","data":"x","channel":"a"}',
    });
    socket.write(call.slice(0, -10));
    expect((await fetch(`${server.url}/up`)).status).toBe(200);
    // A process that sleeps gets both at the same moment when it goes on.
    for (const signal of ["SIGSTOP", "SIGINT", "SIGTERM", "SIGCONT"]) process.kill(server.pid, signal);
    await server.output.waitFor(/Stopping \(SIG(INT|TERM)\)/);
    expect((await socket.request(call.slice(-10))).status).toBe(200);
    socket.end();
    expect(await server.exited).toBe(0);
    expect(server.output.lines.filter((line) => line.includes("Stopping ("))).toHaveLength(1);
  },
);

test("a call that never ends is cut by a second signal", async () => {
  const server = await startServer();
  const socket = await RawSocket.open(server);
  socket.write(withLength({ method: "POST", path: "/events", body: "{}" }).slice(0, -1));
  expect((await fetch(`${server.url}/up`)).status).toBe(200);
  process.kill(server.pid, "SIGTERM");
  await untilSecondSignal(server);
  // That it is not waited for any more is proved without a clock in test/unit/http/running-calls.test.ts.
  expect(await server.stop()).toBe(0);
  await socket.ended;
});

test("a client that reads slowly gets all that was sent before, and then the close frame", async () => {
  const size = 200_000;
  const env = {
    REVERB_DRAIN_SECONDS: "0",
    REVERB_MAX_REQUEST_SIZE: "1000000",
    REVERB_MAX_BACKLOG_BYTES: "100000000",
  };
  const server = await startServer({ env });
  const api = new ApiClient(server);
  const raw = await RawSocket.open(server);
  await raw.upgrade();
  await raw.readText();
  raw.send({ event: "pusher:subscribe", data: { channel: "news" } });
  await raw.readText();
  raw.pause();
  for (let sent = 0; sent < 60; sent++) {
    expect((await api.trigger("news", "big", "x".repeat(size))).status).toBe(200);
  }
  const code = server.kill("SIGTERM");
  await server.output.waitFor("Stopping (SIGTERM)");
  raw.resume();
  const end = await raw.readClose();
  expect([end.code, end.reason, end.texts.length]).toEqual([4100, "The server is stopping", 60]);
  raw.destroy();
  expect(await code).toBe(0);
});
