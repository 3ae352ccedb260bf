import { expect, test } from "bun:test";
import { startCluster } from "../../support/cluster.ts";
import { eventually } from "../../support/eventually.ts";
import type { ProcessOutput } from "../../support/process-output.ts";
import { HAS_REDIS, NO_REDIS } from "../../support/redis-server.ts";
import { Peer } from "../../support/peer.ts";
import { handsOver } from "../../support/server-target.ts";
import { skipWhen } from "../../support/skip-when.ts";
import { APPLICATION_ENV, runResound } from "../../support/run-resound.ts";

const HANDS_OVER = handsOver();
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
    const ended: number[] = [], ends: Promise<unknown>[] = [];
    for (const { exited, pid } of [one, two]) void exited.then(() => ended.push(pid));
    // A process manager: a server that ends is started again, once the command has seen the end and not before it has looked.
    const manage = (output: ProcessOutput): void => {
      for (const { exited } of HANDS_OVER ? [] : [one, two]) {
        ends.push(exited.then(async () => {
          await eventually(() =>
            output.stdout.filter((line) => line.includes("has ended")).length >= ended.length
          );
          await cluster.add();
        }));
      }
    };
    const { code, stdout, stderr } = await runResound(["restart", "--all"], { env, follow: manage });
    expect(stderr).toEqual([]);
    expect(plain(stdout)).toEqual([
      "Restarting NODE (1 of 2)",
      ...HANDS_OVER ? [] : ["NODE has ended; waiting for its process manager to start another"],
      "NODE has taken its place",
      "Restarting NODE (2 of 2)",
      ...HANDS_OVER ? [] : ["NODE has ended; waiting for its process manager to start another"],
      "NODE has taken its place",
    ]);
    expect([code, ended.toSorted()]).toEqual([0, HANDS_OVER ? [] : [one.pid, two.pid].toSorted()]);
    await Promise.all(ends);
  },
);

test.skipIf(withoutRedis)("the next node waits until the clients of the last one are back", async () => {
  await using cluster = await startCluster({ nodes: 2 });
  const env = { ...APPLICATION_ENV, REVERB_SCALING_ENABLED: "true", ...cluster.redis.env };
  const [one, two] = [cluster.node(0), cluster.node(1)];
  const others = new Map([[one, two], [two, one]]);
  // The node that is asked first, and clients of it alone.
  const peers = new Map([[one, await Peer.connectAll(one, 3)], [two, await Peer.connectAll(two, 3)]]);
  const ends = new Map([one, two].map((node) => {
    return [node, HANDS_OVER ? Promise.resolve() : node.exited.then(() => cluster.add())] as const;
  }));
  const restart = runResound(["restart", "--all"], { env });
  const first = await Promise.race([one, two].map((node) => peers.get(node)![0]!.closed.then(() => node)));
  const other = others.get(first)!;
  // While some are away, the other node is not asked: it goes on to serve.
  await Promise.all(peers.get(first)!.map((peer) => peer.closed));
  await ends.get(first);
  await Peer.connectAll(other, 2);
  await peers.get(other)![0]!.ask("pusher:ping", {});
  await Peer.connectAll(other, 1);
  const second = peers.get(other)!;
  await Promise.all(second.map((peer) => peer.closed));
  await ends.get(other);
  await Peer.connectAll(HANDS_OVER ? other : cluster.node(3), 6);
  const { code, stdout, stderr } = await restart;
  expect([code, stderr]).toEqual([0, []]);
  expect(plain(stdout).filter((line) => line.startsWith("The clients"))).toEqual([
    "The clients of NODE are back (3)",
    "The clients of NODE are back (6)",
  ]);
});

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
