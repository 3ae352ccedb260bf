import { expect, test } from "bun:test";
import { eventually } from "../../support/eventually.ts";
import type { RawSocket } from "../../support/raw-socket.ts";
import { metricsUrlOf, scrape } from "../../support/scrape.ts";
import { useAbusedServer } from "../../support/abused-server.ts";

const BACKLOG = 1_000_000;
const FRAME = "x".repeat(100_000);
const server = useAbusedServer({
  REVERB_MAX_BACKLOG_BYTES: String(BACKLOG),
  REVERB_MAX_REQUEST_SIZE: "1000000",
  REVERB_METRICS_PORT: "0",
  REVERB_APP_MAX_MESSAGE_SIZE: "1000000",
});

const SLOW = 20;
const MEBIBYTE = 1024 * 1024;

/** As many clients that are subscribed to the channel and no longer read. */
async function slowReaders(channel: string, count: number): Promise<RawSocket[]> {
  return await Promise.all(Array.from({ length: count }, async () => {
    const { raw } = await server.rawWebSocket();
    raw.send({ event: "pusher:subscribe", data: { channel } });
    await raw.readText();
    raw.pause();
    return raw;
  }));
}

async function subscribed(
  channel: string,
): Promise<{ readonly received: string[]; next(): Promise<string> }> {
  const client = await server.connect();
  client.send({ event: "pusher:subscribe", data: { channel } });
  await client.nextEvent("pusher_internal:subscription_succeeded");
  return client;
}

function loggedAsSlow(): number {
  return server.running.output.lines.filter((line) => line.includes("reason=slow_reader")).length;
}

/** How many connections the server has counted as those of slow readers. */
async function countedAsSlow(): Promise<number> {
  const { value } = await scrape(await metricsUrlOf(server.running));
  return value("resound_disconnects_total", { application: "app-id", reason: "slow_reader" }) ?? 0;
}

test(
  "clients that do not read are closed and logged; one that reads gets everything, and memory stays bounded",
  async () => {
    const sockets = await slowReaders("news", SLOW);
    const reader = await subscribed("news");
    const before = server.memory();
    let peak = before, published = 0;
    // 10 MB for each would be 200 MB; the system's own buffers take some of it before anything piles up here.
    while (await server.connections() > 1 && published < 300) {
      expect((await server.api.trigger("news", "e", FRAME)).status).toBe(200);
      published++;
      expect(await reader.next()).toContain(FRAME);
      peak = Math.max(peak, server.memory());
    }
    expect(published).toBeGreaterThan(BACKLOG / FRAME.length);
    expect(published).toBeLessThan(300);
    // Each backlog, and as much again for what the runtime holds on the way.
    expect(peak - before).toBeLessThan(2 * SLOW * BACKLOG / MEBIBYTE + 64);
    expect(await countedAsSlow()).toBe(SLOW);
    // Of one reason ten are logged within ten seconds. The lines come through a pipe, later than the answer.
    expect(await eventually(loggedAsSlow, (lines) => lines >= 10)).toBeGreaterThanOrEqual(10);
    const listed = await server.api.get("/channels/news", { info: "subscription_count" });
    expect(listed.text).toBe('{"occupied":true,"subscription_count":1}');
    for (const socket of sockets) socket.destroy();
  },
);

test("a client that stops and then reads on in time has missed nothing", async () => {
  const { raw } = await server.rawWebSocket();
  raw.send({ event: "pusher:subscribe", data: { channel: "pause" } });
  await raw.readText();
  raw.pause();
  const data = "y".repeat(1000);
  for (let index = 0; index < 300; index++) await server.api.trigger("pause", `e${index}`, data);
  raw.resume();
  for (let index = 0; index < 300; index++) {
    expect(await raw.readText()).toBe(`{"event":"e${index}","data":"${data}","channel":"pause"}`);
  }
  raw.destroy();
});

test("a client that never reads its own refusals is closed, and can fill no memory", async () => {
  const { raw } = await server.rawWebSocket();
  const before = server.memory();
  raw.pause();
  // Each message is answered with its own size: an invalid channel's name is told.
  const message = JSON.stringify({ event: "pusher:subscribe", data: { channel: "z".repeat(900_000) } });
  for (let sent = 0; sent < 100 && await server.connections() > 1; sent++) raw.send(message);
  // The reader of the first test is still there.
  await eventually(() => server.connections(), (count) => count === 1);
  expect(server.memory() - before).toBeLessThan(128);
  raw.destroy();
});

test("a client that is lost while nothing piles up is not called slow", async () => {
  const before = await countedAsSlow();
  const { raw } = await server.rawWebSocket();
  raw.send({ event: "pusher:subscribe", data: { channel: "lost" } });
  await raw.readText();
  for (let index = 0; index < 30; index++) await server.api.trigger("lost", "e", FRAME);
  raw.destroy();
  await eventually(() => server.connections(), (count) => count === 1);
  expect(await countedAsSlow()).toBe(before);
});
