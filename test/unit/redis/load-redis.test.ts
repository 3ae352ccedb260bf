import { expect, test } from "bun:test";
import { tracingChannel } from "node:diagnostics_channel";
import { loadRedis } from "../../../src/redis/load-redis.ts";

test("ioredis learns that no program traces its commands, and that one does", async () => {
  await loadRedis();
  const channel = tracingChannel("ioredis:command");
  const heard = { asyncEnd: () => {} } as unknown as Parameters<typeof channel.subscribe>[0];
  expect(channel.hasSubscribers).toBe(false);
  channel.subscribe(heard);
  expect(channel.hasSubscribers).toBe(true);
  channel.unsubscribe(heard);
  expect(channel.hasSubscribers).toBe(false);
});
