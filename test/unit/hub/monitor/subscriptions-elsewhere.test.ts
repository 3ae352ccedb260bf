import { expect, test } from "bun:test";
import type { Hub } from "../../../../src/hub/hub.ts";
import { subscriptionsElsewhere } from "../../../../src/hub/monitor/subscriptions-elsewhere.ts";

/** A hub whose other nodes answer with the function; `undefined` while they cannot be asked. */
function hubWith(
  subscriptions: ((application: string, channel: string) => Promise<number>) | undefined,
): Hub {
  const questions = subscriptions && { subscriptions };
  return { application: { id: "a" }, cluster: { isShared: true, questions } } as unknown as Hub;
}

test("asks the other nodes once for each channel", async () => {
  const asked: string[] = [];
  const hub = hubWith((application, channel) => {
    asked.push(`${application} ${channel}`);
    return Promise.resolve(channel.length);
  });
  expect(await subscriptionsElsewhere(hub, ["news", "news", "orders"])).toEqual(
    new Map([["news", 4], ["orders", 6]]),
  );
  expect(asked).toEqual(["a news", "a orders"]);
});

test("asks about 50 channels at most, and about no user's own channel", async () => {
  const hub = hubWith(() => Promise.resolve(1));
  const names = Array.from({ length: 60 }, (_, number) => `channel-${number}`);
  const found = await subscriptionsElsewhere(hub, ["#server-to-user-7", ...names]);
  expect([...found.keys()]).toEqual(names.slice(0, 50));
});

test("leaves out what cannot be found out", async () => {
  expect((await subscriptionsElsewhere(hubWith(undefined), ["news"])).size).toBe(0);
  expect((await subscriptionsElsewhere(hubWith(() => Promise.reject(new Error("away"))), ["news"])).size)
    .toBe(0);
});

test("a node that is alone knows that no other has subscriptions", async () => {
  const hub = { application: { id: "a" }, cluster: { isShared: false } } as unknown as Hub;
  expect(await subscriptionsElsewhere(hub, ["news", "#server-to-user-7"])).toEqual(
    new Map([["news", 0], ["#server-to-user-7", 0]]),
  );
});
