import { describe, expect, test } from "bun:test";
import { HAS_OPENSSL, makeCertificate, NO_OPENSSL } from "../support/certificates.ts";
import { startRedisCluster } from "../support/redis-cluster.ts";
import { redisConfig } from "../support/redis-config.ts";
import { startRedisSentinel } from "../support/redis-sentinel.ts";
import { HAS_REDIS, NO_REDIS, startRedis } from "../support/redis-server.ts";
import { skipWhen } from "../support/skip-when.ts";
import { LinkProbe } from "./link-probe.ts";

describe.skipIf(skipWhen(!HAS_REDIS, NO_REDIS))("a link to Redis", () => {
  test("follows the Sentinels to the new master", async () => {
    await using redis = await startRedisSentinel();
    const sentinels = redis.sentinels.map(({ host, port }) => ({ host, port }));
    await using probe = new LinkProbe(redisConfig({ sentinels, service: "resound-test" }));
    const before = await probe.next("up");
    await redis.failover();
    await probe.next("down");
    const after = await probe.next("up");
    expect(after.info.mode).toBe("sentinel");
    expect(after.info.runId).not.toBe(before.info.runId);
    expect(await probe.link.run([["SET", "resound:key", "written"]])).toEqual(["OK"]);
    expect(await (await redis.master()).command("GET", "resound:key")).toBe("written");
  });

  test("gives the reason of every Sentinel when none knows the master", async () => {
    await using redis = await startRedisSentinel();
    const [{ host = "", port = 0 } = {}] = redis.sentinels;
    const sentinels = [{ host, port: 1 }, { host, port }];
    await using probe = new LinkProbe(redisConfig({ sentinels, service: "typo" }));
    expect((await probe.next("down")).reason).toBe(
      `no Sentinel knows the master of "typo": ${host}:1 connect ECONNREFUSED ${host}:1; ` +
        `${host}:${port} has never heard of it`,
    );
  });

  test("does not take a replica for a server to write to", async () => {
    await using master = await startRedis();
    await using replica = await startRedis({ options: ["--replicaof", master.host, String(master.port)] });
    await using probe = new LinkProbe(redisConfig({ port: replica.port }));
    expect((await probe.next("down")).reason).toMatch(/^(?:READONLY|LOADING|MASTERDOWN)/);
  });

  test("goes down when its server becomes a replica, and comes back when it is none any more", async () => {
    await using master = await startRedis();
    await using server = await startRedis();
    await using probe = new LinkProbe(redisConfig({ port: server.port }));
    await probe.next("up");
    await server.command("REPLICAOF", master.host, master.port);
    const [answer] = await probe.link.run([["SET", "resound:key", 1]]).catch((error: unknown) => [error]);
    expect(answer).toBeInstanceOf(Error);
    await probe.next("down");
    await server.command("REPLICAOF", "NO", "ONE");
    await probe.next("up");
  });

  test("stays up when Redis has no memory left, and says so for each command", async () => {
    await using redis = await startRedis({ maxMemory: "100kb" });
    await using probe = new LinkProbe(redisConfig({ port: redis.port }));
    await probe.next("up");
    const results = await probe.link.run([["SET", "resound:key", "x"], ["GET", "resound:key"]]);
    expect(results[0]).toMatchObject({ message: expect.stringMatching(/^OOM/) });
    expect(results[1]).toBeNull();
    expect(probe.link.state).toBe("up");
  });

  test("says which channel it may not listen to", async () => {
    await using redis = await startRedis({
      users: ["user default on nopass ~* &* +@all", "user resound on >pw ~* &resound:* +@all"],
    });
    await using probe = new LinkProbe(redisConfig({ port: redis.port, username: "resound", password: "pw" }));
    await probe.next("up");
    await expect(probe.link.subscribe(["other"])).rejects.toThrow("NOPERM");
    await probe.link.subscribe(["resound:mine"]);
    expect(probe.link.state).toBe("up");
  });

  test("finds a cluster behind a single address", async () => {
    await using cluster = await startRedisCluster();
    await using probe = new LinkProbe(redisConfig({ port: cluster.masters[1]?.port ?? 0 }));
    expect((await probe.next("up")).info.mode).toBe("cluster");
  });

  test("follows a slot that moves, with its commands and its subscriptions", async () => {
    await using cluster = await startRedisCluster();
    const nodes = cluster.masters.map(({ host, port }) => ({ host, port }));
    await using probe = new LinkProbe(redisConfig({ cluster: nodes }));
    await using other = new LinkProbe(redisConfig({ cluster: nodes }));
    await Promise.all([probe.next("up"), other.next("up")]);
    await probe.link.subscribe(["resound:news:{a}", "resound:news:{b}"]);
    const from = cluster.masterOf("{a}"), to = cluster.masters.find((master) => master !== from);
    if (to === undefined) throw new Error("There is one master only");
    await cluster.moveSlot("{a}", to);
    expect((await probe.next("moved")).channels).toEqual(["resound:news:{a}"]);
    expect(
      await other.link.run([
        other.link.publishCommand("resound:news:{a}", "moved"),
        ["SET", "resound:key:{a}", "there"],
        other.link.publishCommand("resound:news:{b}", "stayed"),
      ]),
    ).toEqual([1, "OK", 1]);
    expect(await to.command("GET", "resound:key:{a}")).toBe("there");
    await Promise.all([probe.link.barrier("resound:news:{a}"), probe.link.barrier("resound:news:{b}")]);
    expect(probe.messages.toSorted()).toEqual([["resound:news:{a}", "moved"], [
      "resound:news:{b}",
      "stayed",
    ]]);
    expect(probe.told.map(({ kind }) => kind)).toEqual(["up", "moved"]);
  });

  test("notices one frozen master of a cluster although it asks it nothing", async () => {
    await using cluster = await startRedisCluster();
    const nodes = cluster.masters.map(({ host, port }) => ({ host, port }));
    await using probe = new LinkProbe(redisConfig({ cluster: nodes }), 0.3);
    await probe.is("up");
    cluster.masters[2]?.freeze();
    await probe.is("down");
    expect(probe.link.failure).toBe("no answer within 0.3 s");
    cluster.masters[2]?.thaw();
    await probe.is("up");
  });
});

describe.skipIf(skipWhen(!HAS_REDIS, NO_REDIS) || skipWhen(!HAS_OPENSSL, NO_OPENSSL))("a link by TLS", () => {
  test("trusts no certificate of an unknown authority, and no other name, unless the settings say so", async () => {
    const certificate = await makeCertificate({ hosts: ["redis.test"] });
    await using redis = await startRedis({ tls: certificate });
    const { tlsOptions } = redisConfig();
    const own = { ...tlsOptions, caFile: `${redis.directory}/certificate.pem` };
    const reason = async (options: typeof tlsOptions): Promise<string> => {
      await using probe = new LinkProbe(redisConfig({ port: redis.port, tls: true, tlsOptions: options }));
      return await Promise.race([
        probe.next("down").then((told) => told.reason),
        probe.next("up").then(() => "up"),
      ]);
    };
    expect(await reason(tlsOptions)).toMatch(/self.signed certificate|unable to verify/i);
    expect(await reason(own)).toMatch(/altname|does not match/i);
    expect(await reason({ ...own, verifyPeerName: false })).toBe("up");
    expect(await reason({ ...own, peerName: "redis.test" })).toBe("up");
    expect(await reason({ ...tlsOptions, verifyPeer: false })).toBe("up");
    expect(await reason({ ...own, caFile: "/nowhere/ca.pem" })).toBe(
      "cannot read /nowhere/ca.pem: no such file",
    );
  });
});
