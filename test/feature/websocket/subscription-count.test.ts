import { describe, expect, test } from "bun:test";
import { startServer } from "../../support/start-server.ts";
import { succeeded } from "../../support/frames.ts";
import { Peer } from "../../support/peer.ts";
import { useServer } from "../../support/use-server.ts";

const server = useServer({ env: { REVERB_APP_SUBSCRIPTION_COUNT: "true" } });

function count(channel: string, subscriptions: number): string {
  return `{"event":"pusher_internal:subscription_count","data":"{\\"subscription_count\\":${subscriptions}}","channel":"${channel}"}`;
}

describe("with subscription_count", () => {
  test("a subscriber gets the count after its confirmation, and the others at once", async () => {
    await using one = await Peer.connect(server);
    await using two = await Peer.connect(server);
    expect(await one.subscribe("counted")).toBe(succeeded("counted"));
    expect(await one.next()).toBe(
      String
        .raw`{"event":"pusher_internal:subscription_count","data":"{\"subscription_count\":1}","channel":"counted"}`,
    );
    expect(await two.subscribe("counted")).toBe(succeeded("counted"));
    expect(await two.next()).toBe(count("counted", 2));
    expect(await one.next()).toBe(count("counted", 2));
  });

  test("those who stay get the new count when one leaves, in each way of leaving", async () => {
    await using stays = await Peer.connect(server);
    const leavers = await Peer.connectAll(server, 3) as [Peer, Peer, Peer];
    await stays.subscribe("leaving");
    for (const leaver of leavers) await leaver.subscribe("leaving");
    expect(await stays.nextFrames(4)).toEqual([1, 2, 3, 4].map((n) => count("leaving", n)));
    leavers[0].send({ event: "pusher:unsubscribe", data: { channel: "leaving" } });
    expect(await stays.next()).toBe(count("leaving", 3));
    await leavers[1].close();
    expect(await stays.next()).toBe(count("leaving", 2));
    leavers[2].terminate();
    expect(await stays.next()).toBe(count("leaving", 1));
    await leavers[0].close();
  });

  test("subscriptions are counted, not users or attempts", async () => {
    await using one = await Peer.connect(server);
    await one.subscribe("attempts");
    await one.next();
    expect(await one.subscribe("attempts")).toBe(succeeded("attempts"));
    await one.expectSilence();
    await one.unsubscribe("elsewhere");
  });

  test.each(["private-c", "private-encrypted-c"])("%s has a count too", async (channel) => {
    await using one = await Peer.connect(server);
    await one.subscribeSigned(channel);
    expect(await one.next()).toBe(count(channel, 1));
  });

  test.each(["presence-c", "presence-cache-c"])("%s has members instead", async (channel) => {
    await using one = await Peer.connect(server);
    await using two = await Peer.connect(server);
    await one.subscribeSigned(channel, '{"user_id":"1"}');
    if (channel.includes("cache")) await one.nextEvent("pusher:cache_miss");
    await one.expectSilence();
    await two.subscribeSigned(channel, '{"user_id":"2"}');
    await one.nextEvent("pusher_internal:member_added");
    await one.expectSilence();
  });

  test("the user's own channel has no count", async () => {
    await using one = await Peer.connect(server);
    await one.signIn('{"id":"1"}');
    await one.subscribe("#server-to-user-1");
    await one.expectSilence();
  });

  test("above 100 subscriptions the count is sent every five seconds, not with every change", async () => {
    const start = performance.now();
    await using first = await Peer.connect(server);
    const crowd = await Peer.connectAll(server, 149);
    expect(await first.subscribe("crowd")).toBe(succeeded("crowd"));
    for (const peer of crowd) await peer.subscribe("crowd");
    expect(await first.nextFrames(100)).toEqual(
      Array.from({ length: 100 }, (_, n) => count("crowd", n + 1)),
    );
    const later = [await first.next()];
    while (later.at(-1) !== count("crowd", 150)) later.push(await first.next());
    // Every five seconds, not fifty times.
    const ticks = Math.ceil((performance.now() - start) / 5000) + 1;
    expect(later.length).toBeLessThanOrEqual(Math.min(ticks, 49));
    await Promise.all(crowd.map((peer) => peer.close()));
  });
});

test("without it no count is sent", async () => {
  await using plain = await startServer();
  await using one = await Peer.connect(plain);
  await using two = await Peer.connect(plain);
  await one.subscribe("uncounted");
  await two.subscribe("uncounted");
  await two.close();
  await one.expectSilence();
});
