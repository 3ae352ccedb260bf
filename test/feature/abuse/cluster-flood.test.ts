import { describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { AbusedServer } from "../../support/abused-server.ts";
import { eventually } from "../../support/eventually.ts";
import { PONG } from "../../support/frames.ts";
import { HAS_REDIS, NO_REDIS, startRedis } from "../../support/redis-server.ts";
import { serverTarget } from "../../support/server-target.ts";
import { skipWhen } from "../../support/skip-when.ts";
import { ALL_EVENTS } from "../../support/watched-server.ts";
import { WebhookReceiver } from "../../support/webhook-receiver.ts";
import { buildFrame } from "../../support/websocket-frame.ts";

/** Channels in one write of the attacker. */
const ROUND = 1000;
/**
 * MiB by which the process may grow; without a bound it grew by 2.6 GB. Where each channel stays for a moment, its webhook events and
 * the garbage of some ten commands come on top. V8 collects later.
 */
const GROWTH = {
  together: serverTarget() === "deno" ? 200 : 150,
  apart: serverTarget() === "deno" ? 500 : 400,
};

/** Seconds of processor time that a process has taken; 0 where the system has no /proc. */
function processorSeconds(pid: number): number {
  if (process.platform !== "linux") return 0;
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]!.split(" ");
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

function frames(event: "subscribe" | "unsubscribe", channels: readonly string[]): Buffer[] {
  return channels.map((channel) =>
    buildFrame({ payload: `{"event":"pusher:${event}","data":{"channel":"${channel}"}}` })
  );
}

/**
 * One socket, which needs the public key only: subscribes to random cache channels and leaves them, in the same write or in the next.
 * Each write waits until the server has handled the one before.
 */
async function flood(server: AbusedServer, rounds: number, isApart: boolean): Promise<number> {
  const { raw } = await server.rawWebSocket();
  let left: readonly string[] = [], most = 0;
  for (let round = 0; round < rounds; round++) {
    const channels = Array.from(
      { length: ROUND },
      (_, number) => `cache-${round}-${number}-${Math.random()}`,
    );
    const pairs = isApart
      ? [...frames("unsubscribe", left), ...frames("subscribe", channels)]
      : channels.flatMap((
        channel,
      ) => [...frames("subscribe", [channel]), ...frames("unsubscribe", [channel])]);
    left = isApart ? channels : [];
    raw.write(Buffer.concat([...pairs, buildFrame({ payload: '{"event":"pusher:ping"}' })]));
    while (await raw.readText() !== PONG) { /* Confirmations come before it. */ }
    most = Math.max(most, server.memory());
  }
  raw.destroy();
  return most;
}

describe.skipIf(skipWhen(!HAS_REDIS, NO_REDIS))("with scaling and webhooks", () => {
  test.each(
    [
      ["in one write", 60, false, GROWTH.together],
      ["in two writes", 30, true, GROWTH.apart],
    ] as const,
  )(
    "a socket that subscribes to random cache channels and leaves them %s takes little memory, and the cost ends with it",
    async (_how, rounds, isApart, growth) => {
      await using redis = await startRedis();
      await using receiver = await WebhookReceiver.start();
      await using server = await AbusedServer.start({
        ...redis.env,
        REVERB_SCALING_ENABLED: "true",
        REVERB_WEBHOOK_URL: receiver.url,
        REVERB_WEBHOOK_EVENTS: ALL_EVENTS,
        REVERB_WEBHOOK_HOLD_SECONDS: "0.3",
        REVERB_APP_MAX_CHANNELS_PER_CONNECTION: String(2 * ROUND),
      });
      const before = server.memory();
      const most = await flood(server, rounds, isApart);
      const { pid } = server.running, end = processorSeconds(pid);
      await server.untilAlone();
      await server.assertStillServes();
      const listed = await server.api.get("/channels");
      expect(listed.json()).toEqual({ channels: { bystander: {} } });
      expect(most - before).toBeLessThan(growth);
      // It took a whole core for 45 s.
      expect(processorSeconds(pid) - end).toBeLessThan(5);
      // Nor is anything left in Redis of channels without a subscriber.
      await eventually(async () => Number(await redis.command("DBSIZE")), (keys) => keys < 50);
    },
  );
});
