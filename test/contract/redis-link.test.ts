import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { redisScript } from "../../src/redis/redis-link.ts";
import { skipWhen } from "../support/skip-when.ts";
import { LinkProbe } from "./link-probe.ts";
import { REDIS_KINDS, type RedisSetting } from "./redis-settings.ts";

const append = redisScript("return redis.call('APPEND', KEYS[1], ARGV[1])");
const tell = redisScript("return redis.call(ARGV[1], KEYS[1], ARGV[2])");

for (const kind of REDIS_KINDS) {
  describe.skipIf(skipWhen(kind.missing !== undefined, kind.missing ?? ""))(`a link to ${kind.name}`, () => {
    let setting: RedisSetting;
    beforeAll(async () => {
      setting = await kind.start();
    });
    afterAll(async () => {
      await setting[Symbol.asyncDispose]();
    });

    test("comes up and says whom it found", async () => {
      await using probe = new LinkProbe(setting.config);
      expect(probe.link.state).toBe("connecting");
      const { info } = await probe.next("up");
      expect(probe.link.state).toBe("up");
      expect(info.version).toMatch(/^\d+\.\d+\.\d+$/);
      expect(info.runId).toMatch(/^[0-9a-f]{40}(?:,[0-9a-f]{40})*$/);
      expect(info.sharded).toBe(info.mode === "cluster" && Number.parseInt(info.version) >= 7);
    });

    test("runs commands in order and gives Redis's errors in their places", async () => {
      await using probe = new LinkProbe(setting.config);
      await probe.next("up");
      const keys = ["a", "b", "c", "d", "e"].map((name) => `resound:{${name}}`);
      const results = await probe.link.run(
        keys.flatMap((key) => [["SET", key, `value of ${key}`], ["LPUSH", key, "x"], ["GET", key]] as const),
      );
      expect(results.map((result) => result instanceof Error ? result.message.split(" ")[0] : result))
        .toEqual(keys.flatMap((key) => ["OK", "WRONGTYPE", `value of ${key}`]));
      const runs = Array.from(
        { length: 50 },
        (_, index) => probe.link.run([["RPUSH", "resound:{list}", index]]),
      );
      await Promise.all(runs);
      const [list] = await probe.link.run([["LRANGE", "resound:{list}", 0, -1], ["DEL", "resound:{list}"]]);
      expect(list).toEqual(Array.from({ length: 50 }, (_, index) => String(index)));
    });

    test("runs scripts, also when the server forgot them", async () => {
      await using probe = new LinkProbe(setting.config);
      await probe.next("up");
      const call = { script: append, keys: ["resound:{script}"], args: ["x"] };
      await probe.link.run([["DEL", "resound:{script}"]]);
      expect(await probe.link.run([call, call])).toEqual([1, 2]);
      for (const server of setting.servers) await server.command("SCRIPT", "FLUSH");
      expect(await probe.link.run([call])).toEqual([3]);
    });

    test("hears on ten thousand channels what is published, in order, and has heard it after a barrier", async () => {
      await using probe = new LinkProbe(setting.config);
      await using other = new LinkProbe(setting.config);
      await Promise.all([probe.next("up"), other.next("up")]);
      const channels = Array.from({ length: 10_000 }, (_, index) => `resound:many:{${index}}`);
      await probe.link.subscribe(channels);
      await other.link.run(channels.map((channel) => other.link.publishCommand(channel, `to ${channel}`)));
      await other.link.run([1, 2, 3].map((text) => other.link.publishCommand("resound:many:{7}", `${text}`)));
      await Promise.all(channels.slice(0, 50).map((channel) => probe.link.barrier(channel)));
      expect(new Set(probe.messages.map(([channel]) => channel)).size).toBe(10_000);
      expect(probe.messages.filter(([channel]) => channel === "resound:many:{7}").map(([, text]) => text))
        .toEqual(["to resound:many:{7}", "1", "2", "3"]);
      expect(other.messages).toEqual([]);
    });

    test("hears no more after it unsubscribed, and a script can publish", async () => {
      await using probe = new LinkProbe(setting.config);
      const { info } = await probe.next("up");
      const name = info.sharded ? "SPUBLISH" : "PUBLISH";
      const channel = "resound:gone:{1}";
      const said = async (text: string): Promise<unknown> =>
        (await probe.link.run([{ script: tell, keys: [channel], args: [name, text] }]))[0];
      await probe.link.subscribe([channel, "resound:gone:{2}"]);
      expect(await said("first")).toBe(1);
      probe.link.unsubscribe([channel]);
      await probe.link.barrier(channel);
      expect(await said("second")).toBe(0);
      await probe.link.subscribe([channel]);
      expect(await said("third")).toBe(1);
      await probe.link.barrier(channel);
      expect(probe.messages).toEqual([[channel, "first"], [channel, "third"]]);
    });

    test("goes down with both connections when Redis closes one, and comes back without subscriptions", async () => {
      await using probe = new LinkProbe(setting.config);
      await probe.next("up");
      await probe.link.subscribe(["resound:kill:{1}"]);
      // One is closed, on the server that has it: the link may be up again before a command reaches the next server.
      for (const server of setting.servers) {
        if (Number(await server.command("CLIENT", "KILL", "TYPE", "pubsub")) > 0) break;
      }
      await probe.next("down");
      await probe.next("up");
      expect(probe.told.map(({ kind }) => kind)).toEqual(["up", "down", "up"]);
      expect(await probe.link.run([probe.link.publishCommand("resound:kill:{1}", "x")])).toEqual([0]);
    });

    test("rejects what was under way when Redis ends, says why once, and comes back with it", async () => {
      await using probe = new LinkProbe(setting.config);
      await probe.next("up");
      for (const server of setting.servers) await server.pause(60_000);
      const underWay = Promise.allSettled([
        probe.link.run([["GET", "resound:{x}"]]),
        probe.link.subscribe(["resound:x:{x}"]),
        probe.link.barrier("resound:x:{x}"),
      ]);
      for (const server of setting.servers) await server.kill();
      for (const outcome of await underWay) {
        expect(outcome).toMatchObject({ status: "rejected", reason: { name: "LinkDown" } });
      }
      const { reason } = await probe.next("down");
      expect(reason).not.toBe("");
      await expect(probe.link.run([["PING"]])).rejects.toThrow("Redis is away");
      for (const server of setting.servers) await server.start();
      await probe.next("up");
      expect(probe.told.map(({ kind }) => kind)).toEqual(["up", "down", "up"]);
      expect(await probe.link.run([["DEL", "resound:{x}"]])).toEqual([0]);
    });

    test("counts a Redis that does not answer as away", async () => {
      await using probe = new LinkProbe(setting.config, 0.3);
      await probe.is("up");
      for (const server of setting.servers) server.freeze();
      await probe.is("down");
      const { failure } = probe.link;
      for (const server of setting.servers) server.thaw();
      expect(failure).toBe("no answer within 0.3 s");
      await probe.is("up");
    });

    test("says what Redis says of a wrong password, never the password", async () => {
      await using probe = new LinkProbe({ ...setting.config, username: "resound", password: "hunter2" });
      const { reason } = await probe.next("down");
      expect(reason).toContain("WRONGPASS");
      expect(reason).not.toContain("hunter2");
      expect(probe.link.failure).toBe(reason);
      await expect(probe.link.run([["PING"]])).rejects.toThrow("WRONGPASS");
    });
  });
}
