import { describe, expect, test } from "bun:test";
import { HAS_REDIS, NO_REDIS, startRedis } from "./redis-server.ts";
import { RespConnection } from "./resp-connection.ts";
import { skipWhen } from "./skip-when.ts";

describe.skipIf(skipWhen(!HAS_REDIS, NO_REDIS))("a Redis for tests", () => {
  test("keeps its data over a restart only when it was asked to", async () => {
    await using kept = await startRedis({ appendOnly: true, password: "s3cret" });
    await kept.command("SET", "key", "value");
    await kept.restart();
    expect(await kept.command("GET", "key")).toBe("value");
    await using lost = await startRedis();
    await lost.command("SET", "key", "value");
    await lost.restart();
    expect(await lost.command("GET", "key")).toBeNull();
  });

  test("closes the connections of others and keeps its own", async () => {
    await using redis = await startRedis();
    const other = await RespConnection.open(redis);
    expect(await other.call("PING")).toBe("PONG");
    expect(await redis.killClients()).toBe(1);
    await expect(other.call("PING")).rejects.toThrow("closed");
    expect(await redis.command("PING")).toBe("PONG");
  });

  test("answers no client while it is frozen", async () => {
    await using redis = await startRedis();
    redis.freeze();
    const answer = redis.command("PING");
    expect(await Promise.race([answer, Bun.sleep(50).then(() => "nothing")])).toBe("nothing");
    redis.thaw();
    expect(await answer).toBe("PONG");
  });

  test("takes users and a Unix socket", async () => {
    await using redis = await startRedis({
      users: ["user default on nopass ~* &* +@all", "user resound on >pw ~resound:* +get"],
      unixSocket: true,
    });
    expect(await redis.command("ACL", "GETUSER", "resound")).toContain("commands");
    expect(redis.socket).toBe(`${redis.directory}/redis.sock`);
  });
});
