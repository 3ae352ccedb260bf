import { expect, test } from "bun:test";
import { serverTarget } from "../../support/server-target.ts";
import { AbusedServer } from "../../support/abused-server.ts";

const EACH = 30;

test("a server that is being abused stops on SIGTERM", async () => {
  const server = await AbusedServer.start({
    REVERB_DRAIN_SECONDS: "0.5",
    REVERB_MAX_REQUEST_SIZE: "1000000",
    REVERB_APP_MAX_CONNECTIONS: "1000",
  });
  const data = "x".repeat(100_000);
  for (let index = 0; index < EACH; index++) {
    // Half a request, half a frame, one that does not read what it is sent, one that floods.
    const request = await server.raw();
    request.write('POST /apps/app-id/events HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n{"name":');
    const { raw: truncated } = await server.rawWebSocket();
    truncated.sendFrame({ payload: "x".repeat(100) }, 50);
    const { raw: deaf } = await server.rawWebSocket();
    deaf.send({ event: "pusher:subscribe", data: { channel: "loud" } });
    await deaf.readText();
    deaf.pause();
    const { raw: flooding } = await server.rawWebSocket();
    for (let message = 0; message < 500; message++) flooding.send({ event: "pusher:ping" });
  }
  for (let index = 0; index < 60; index++) await server.api.trigger("loud", "e", data);
  await server.assertStillServes();
  const calls = Array.from(
    { length: 50 },
    () => server.api.trigger("loud", "e", data).catch(() => undefined),
  );

  // Half a request is waited for, but not for long.
  expect(await server.running.stop()).toBe(0);
  // A call that comes too late gets no connection; on Deno, which cannot stop listening, the answer is 503.
  const late = serverTarget() === "deno" ? 503 : undefined;
  for (const answer of await Promise.all(calls)) expect([200, undefined, late]).toContain(answer?.status);
  expect(server.running.output.text()).not.toContain("A fault of the server itself");
});
