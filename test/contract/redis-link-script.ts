// Run by redis-link-runtimes.test.ts in a process of each runtime: `redis-link-script.ts CONFIG`, the configuration as JSON.
import process from "node:process";
import type { RedisConfig } from "../../src/config/config.ts";
import { redisScript } from "../../src/redis/redis-link.ts";
import { LinkProbe } from "./link-probe.ts";

const config: RedisConfig = JSON.parse(process.argv[2] ?? "{}");
const probe = new LinkProbe(config);
const { info } = await Promise.race([
  probe.next("up"),
  probe.next("down").then(({ reason }) => Promise.reject(new Error(reason))),
]);
const { link } = probe;
const channel = "resound:script:{1}";
const script = redisScript("return redis.call('INCR', KEYS[1])");
await link.subscribe([channel]);
await link.run([["DEL", "resound:{count}"], link.publishCommand(channel, "héllo")]);
const [count] = await link.run([{ script, keys: ["resound:{count}"], args: [] }]);
await link.barrier(channel);
await link.stop();
console.log(JSON.stringify({ mode: info.mode, count, messages: probe.messages }));
