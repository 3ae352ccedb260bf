import { expect, test } from "bun:test";
import { WatchedApplication, webhook } from "./watched-application.ts";

const CAUSE = { id: "1.1", address: "192.0.2.1", userId: undefined, closing: false };

function occupy(watched: WatchedApplication, channel: string): void {
  watched.webhooks.occupied(channel, false, CAUSE);
  watched.webhooks.cacheMissed(channel, CAUSE);
  watched.webhooks.counted(channel, 1, CAUSE);
}

function vacate(watched: WatchedApplication, channel: string): void {
  watched.webhooks.counted(channel, 0, CAUSE);
  watched.webhooks.vacated(channel, undefined, CAUSE);
}

function names(watched: WatchedApplication): string[] {
  return watched.receiver.events.map(({ name }) => name);
}

test("a stay that has ended before anything of it was sent is not reported, and nothing of it is left", async () => {
  const watched = new WatchedApplication();
  for (let number = 0; number < 20; number++) {
    occupy(watched, `cache-${number}`);
    vacate(watched, `cache-${number}`);
  }
  expect(watched.application.counters.webhooks?.queued).toBe(0);
  expect(watched.webhooks.stop()).toBeUndefined();
  await watched.clock.pass(10_000);
  expect(watched.receiver.requests).toEqual([]);
});

test("after such a stay an empty cache is reported to the next subscriber", async () => {
  const watched = new WatchedApplication();
  occupy(watched, "cache-a");
  vacate(watched, "cache-a");
  occupy(watched, "cache-a");
  await watched.clock.pass(1000);
  expect(names(watched)).toEqual(["channel_occupied", "cache_miss", "subscription_count"]);
});

test("a stay of which something was sent is reported to its end", async () => {
  const watched = new WatchedApplication();
  occupy(watched, "news");
  await watched.clock.pass(100);
  vacate(watched, "news");
  await watched.clock.pass(10_000);
  expect(names(watched)).toEqual([
    "channel_occupied",
    "cache_miss",
    "subscription_count",
    "subscription_count",
    "channel_vacated",
  ]);
});

test("where one of two receivers was sent something of it, both hear of its end", async () => {
  const urls = ["https://shop.example/hooks", "https://other.example/hooks"];
  const watched = new WatchedApplication(urls.map((url) => webhook({ url })));
  watched.receiver.always = "refuse";
  watched.event("news", "earlier");
  await watched.clock.pass(100);
  watched.receiver.recover();
  // The first receiver's request is tried again by now, the second one's is not.
  watched.receiver.expect({ kind: "accept", after: 0 }, { kind: "refuse", after: 0 });
  await watched.clock.pass(500);
  occupy(watched, "news");
  await watched.clock.pass(100);
  vacate(watched, "news");
  await watched.clock.pass(30_000);
  expect(names(watched).filter((name) => name === "channel_vacated").length).toBe(2);
  expect(names(watched).filter((name) => name === "channel_occupied").length).toBe(2);
});

test("a stay that ends with its connection is reported", async () => {
  const watched = new WatchedApplication();
  occupy(watched, "news");
  watched.webhooks.vacated("news", undefined, { ...CAUSE, closing: true });
  await watched.clock.pass(5000);
  expect(names(watched).at(-1)).toBe("channel_vacated");
});

test("a stay in which something happened is reported", async () => {
  const watched = new WatchedApplication();
  occupy(watched, "news");
  watched.event("news", "hello");
  vacate(watched, "news");
  await watched.clock.pass(10_000);
  expect(names(watched)).toContain("channel_occupied");
  expect(names(watched).at(-1)).toBe("channel_vacated");
});

test("a stay that lasted longer than departures are held is reported, also where nothing of it was sent", async () => {
  const watched = new WatchedApplication();
  watched.receiver.always = "refuse";
  watched.event("news", "earlier");
  await watched.clock.pass(100);
  occupy(watched, "news");
  await watched.clock.pass(3000);
  vacate(watched, "news");
  watched.receiver.recover();
  await watched.clock.pass(60_000);
  expect(names(watched).filter((name) => name.startsWith("channel_"))).toEqual([
    "channel_occupied",
    "channel_vacated",
  ]);
});

test("where nothing is held each stay is reported", async () => {
  const watched = new WatchedApplication([webhook()], { holdSeconds: 0 });
  occupy(watched, "news");
  vacate(watched, "news");
  await watched.clock.pass(1000);
  expect(names(watched).at(-1)).toBe("channel_vacated");
});

test("where the other nodes know of the departure it is held and reported", async () => {
  const watched = new WatchedApplication();
  occupy(watched, "news");
  watched.webhooks.vacated("news", { topic: "app\nnews", subject: "#", token: "n:1" }, CAUSE);
  await watched.clock.pass(5000);
  expect(names(watched).at(-1)).toBe("channel_vacated");
});
