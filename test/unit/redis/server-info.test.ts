import { expect, test } from "bun:test";
import { majorVersion, readServerInfo } from "../../../src/redis/server-info.ts";

test("INFO of Redis and of Valkey is read", () => {
  const redis = "# Server\r\nredis_version:7.0.15\r\nrun_id:abc\r\n\r\n# Memory\r\nmaxmemory:1048576\r\n" +
    "maxmemory_policy:allkeys-lru\r\n\r\n# Replication\r\nrole:slave\r\n\r\n# Cluster\r\ncluster_enabled:1\r\n";
  expect(readServerInfo(redis)).toEqual({
    runId: "abc",
    version: "7.0.15",
    kind: "redis",
    replica: true,
    clusterEnabled: true,
    evictionPolicy: "allkeys-lru",
    maxMemory: 1_048_576,
  });
  const valkey = readServerInfo(
    "redis_version:7.2.4\r\nserver_name:valkey\r\nvalkey_version:8.1.0\r\nrole:master\r\n",
  );
  expect(valkey).toMatchObject({ kind: "valkey", version: "8.1.0", replica: false, clusterEnabled: false });
  expect(majorVersion(valkey)).toBe(8);
  expect(majorVersion(readServerInfo(""))).toBe(0);
});
