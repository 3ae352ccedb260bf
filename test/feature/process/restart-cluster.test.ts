import { expect, test } from "bun:test";
import { startCluster } from "../../support/cluster.ts";
import { HAS_REDIS, NO_REDIS } from "../../support/redis-server.ts";
import { skipWhen } from "../../support/skip-when.ts";
import { APPLICATION_ENV, runResound } from "../../support/run-resound.ts";

const withoutRedis = skipWhen(!HAS_REDIS, NO_REDIS);
/** What the lines say without what differs from run to run. */
const plain = (lines: readonly string[]): string[] =>
  lines.map((line) => line.replace(/Node \S+ \(process \d+ on [^)]+\)/g, "NODE"));

test.skipIf(withoutRedis)(
  "every node of a cluster is restarted, the next one when another has come",
  async () => {
    await using cluster = await startCluster({ nodes: 2 });
    const env = { ...APPLICATION_ENV, REVERB_SCALING_ENABLED: "true", ...cluster.redis.env };
    const [one, two] = [cluster.node(0), cluster.node(1)];
    // A process manager: a server that ends is started again.
    const ends = [one, two].map(({ exited }) => exited.then(() => cluster.add()));
    const ended: number[] = [];
    for (const { exited, pid } of [one, two]) void exited.then(() => ended.push(pid));
    const { code, stdout, stderr } = await runResound(["restart", "--all"], { env });
    expect(stderr).toEqual([]);
    expect(plain(stdout)).toEqual([
      "Restarting NODE (1 of 2)",
      "NODE has ended; waiting for its process manager to start another",
      "NODE has taken its place",
      "Restarting NODE (2 of 2)",
      "NODE has ended; waiting for its process manager to start another",
      "NODE has taken its place",
    ]);
    expect([code, ended.toSorted()]).toEqual([0, [one.pid, two.pid].toSorted()]);
    await Promise.all(ends);
  },
);

test.skipIf(withoutRedis)("without Redis a restart of the cluster says why it cannot be", async () => {
  const env = {
    ...APPLICATION_ENV,
    REVERB_SCALING_ENABLED: "true",
    REDIS_HOST: "127.0.0.1",
    // Reserved (RFC 6335, 6): no program listens there.
    REDIS_PORT: "1",
  };
  const { code, stdout, stderr } = await runResound(["restart", "--all"], { env });
  expect([code, stdout]).toEqual([1, []]);
  expect(stderr.join("\n")).toMatch(/^Cannot restart the cluster: Redis cannot be used \(.*ECONNREFUSED/);
});
