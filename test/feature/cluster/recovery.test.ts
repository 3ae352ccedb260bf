import { expect, test } from "bun:test";
import { ApiClient } from "../../support/api-client.ts";
import { succeeded } from "../../support/frames.ts";
import { HAS_REDIS, NO_REDIS } from "../../support/redis-server.ts";
import { ReturningPeer } from "../../support/returning-peer.ts";
import { serverTarget } from "../../support/server-target.ts";
import { skipWhen } from "../../support/skip-when.ts";
import { startCluster } from "../../support/cluster.ts";

const skipped = skipWhen(!HAS_REDIS, NO_REDIS) ||
  skipWhen(serverTarget() !== "bun", "recovery between nodes: tested on Bun alone");

const event = (channel: string, number: number): string =>
  `{"event":"n","data":"${number}","channel":"${channel}"}`;

test.skipIf(skipped)("a client that was cut off goes on at another node", async () => {
  await using cluster = await startCluster({ nodes: 2, env: { REVERB_APP_RECOVERY_ENABLED: "true" } });
  const [one, two] = cluster.nodes, api = new ApiClient(one!), other = new ApiClient(two!);
  const publish = async (from: ApiClient, channel: string, number: number): Promise<void> => {
    await from.post("/events", { name: "n", channels: [channel], data: `${number}` });
  };
  using first = await ReturningPeer.connect(one!);
  await first.subscribed("news");
  // The answer to the call says that the event is in the shared log, which the node follows by then.
  await publish(api, "news", 0);
  expect(await first.next()).toBe(event("news", 0));
  await first.acknowledge();
  first.isSilent = true;
  await publish(api, "news", 1);
  expect(await first.next()).toBe(event("news", 1));
  first.cut();
  // Nothing that a test can see tells that the other node has heard of the cut.
  await Bun.sleep(500);
  // No node has a subscription to the channel.
  await publish(api, "news", 2);
  await publish(other, "news", 3);
  using second = await ReturningPeer.connect(two!, { jar: first.jar });
  second.subscribe("news");
  await publish(api, "news", 4);
  const frames = await second.take(5);
  expect(frames[0]).toBe(succeeded("news"));
  // Each node's events come in their order; the two nodes' events may change places.
  expect(frames.slice(1).sort()).toEqual([1, 2, 3, 4].map((number) => event("news", number)));
  await second.acknowledge();
  second.cut();
  await Bun.sleep(500);
  using third = await ReturningPeer.connect(one!, { jar: second.jar });
  third.subscribe("news");
  await publish(other, "news", 5);
  expect(await third.take(2)).toEqual([succeeded("news"), event("news", 5)]);
});
