import { expect, test } from "bun:test";
import { Reunion } from "../../../../src/cluster/membership/reunion.ts";
import { Witness } from "../../../../src/cluster/membership/witness.ts";
import { RedisKeys } from "../../../../src/cluster/redis-keys.ts";
import { JOIN, PUBLISH_CACHED } from "../../../../src/cluster/redis-scripts.ts";
import { keySlot } from "../../../../src/redis/key-slot.ts";
import type { RedisCommand } from "../../../../src/redis/redis-link.ts";

/** A Redis with nothing but the keys that it was given. */
class KeysOnly {
  readonly keys = new Set<string>();

  run(commands: readonly RedisCommand[]): Promise<readonly unknown[]> {
    return Promise.resolve(commands.map((command) => {
      const [name, key = ""] = (command as readonly (string | number)[]).map(String);
      if (name === "SET") return this.keys.add(key) && "OK";
      if (name === "DEL") return Number(this.keys.delete(key));
      return Number(this.keys.has(key));
    }));
  }
}

const KEYS = new RedisKeys("resound:", 0);
const script = (key: string): RedisCommand => ({ script: JOIN, keys: [key], args: [] });

test("a loss is noticed with the next look, and once by the commands behind scripts", async () => {
  const redis = new KeysOnly(), witness = new Witness(KEYS, "p");
  witness.use({ mode: "single" }, false);
  expect(witness.behind([script("k")])).toEqual([]);
  expect([await witness.look(redis), await witness.look(redis)]).toEqual([false, false]);
  const behind = witness.behind([script("k"), script("l"), ["GET", "m"]]);
  expect(behind).toEqual([["EXISTS", "resound:{witness:0}:p"]]);
  expect(witness.tells(await redis.run(behind))).toBe(false);
  // An event is published all the same, so nothing is asked behind it.
  expect(witness.behind([{ script: PUBLISH_CACHED, keys: ["k"], args: [] }, ["PUBLISH", "c", "m"]])).toEqual(
    [],
  );
  redis.keys.clear();
  expect(witness.tells(await redis.run(behind))).toBe(true);
  expect(witness.tells(await redis.run(behind))).toBe(false);
  expect(await witness.look(redis)).toBe(false);
  redis.keys.clear();
  expect([await witness.look(redis), await witness.look(redis)]).toEqual([true, false]);
});

test("a Redis that was started anew is not expected to have the keys, and none is left when the node leaves", async () => {
  const redis = new KeysOnly(), witness = new Witness(KEYS, "p");
  witness.use({ mode: "single" }, false);
  await witness.look(redis);
  redis.keys.clear();
  witness.use({ mode: "single" }, true);
  expect(await witness.look(redis)).toBe(false);
  expect(redis.keys.size).toBe(1);
  await witness.leave(redis);
  expect(redis.keys.size).toBe(0);
});

test("in a Redis Cluster there are keys in all parts of the slots, and a script asks for the one in its own", async () => {
  const redis = new KeysOnly(), witness = new Witness(KEYS, "p");
  witness.use({ mode: "cluster" }, false);
  await witness.look(redis);
  const parts = Array.from(redis.keys, (key) => Math.floor(keySlot(key) / 512));
  expect(parts.sort((one, other) => one - other)).toEqual(Array.from({ length: 32 }, (_, part) => part));
  for (const name of ["a", "b", "c", "d"]) {
    const key = `resound:{app\n${name}}:members`, [command] = witness.behind([script(key)]);
    const asked = (command as readonly string[])[1]!;
    expect(Math.floor(keySlot(asked) / 512)).toBe(Math.floor(keySlot(key) / 512));
  }
});

test("a short reunion ends when all nodes are back, one after a restart of Redis does not", async () => {
  let over = 0;
  const reunion = new Reunion(() => over++, 3000);
  expect([reunion.isOn, reunion.isBrief]).toEqual([false, false]);
  reunion.dataIsLost(["a", "b"]);
  const ended = reunion.ended();
  reunion.isBack("b");
  reunion.isBack("b");
  expect([reunion.isOn, reunion.isBrief, over]).toEqual([true, true, 0]);
  reunion.isBack("a");
  await ended;
  expect([reunion.isOn, reunion.isBrief, over]).toEqual([false, false, 1]);
  reunion.redisIsBack(true, 1);
  reunion.isBack("a");
  expect([reunion.isOn, reunion.isBrief, over]).toEqual([true, false, 1]);
  reunion.interrupt();
});
