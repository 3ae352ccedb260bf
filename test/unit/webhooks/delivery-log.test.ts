import { expect, test } from "bun:test";
import { WatchedApplication, webhook } from "./watched-application.ts";

test("the log has one line when a receiver fails, lines for dropped events, and one when it works again", async () => {
  const url = "https://ann:s3cret@shop.example/hooks?token=t0p";
  const watched = new WatchedApplication([webhook({ url })], {
    queueMaxEvents: 2,
    batchEvents: 1,
    retrySeconds: 20,
  });
  const { clock, receiver, log } = watched;
  receiver.always = "refuse";
  for (const data of ["1", "2", "3", "4"]) watched.event("a", data);
  await clock.pass(11_000);
  watched.event("a", "5");
  await clock.pass(2000);
  receiver.recover();
  await clock.pass(30_000);
  const shown = "https://••••@shop.example/hooks?••••";
  expect(log.map((line) => line.trim())).toEqual([
    `warning Events for ${shown} were dropped: the application will not receive them (application=app-id events=1)`,
    `warning A webhook to ${shown} failed and is tried again: it answered 500. Run \`resound webhooks:test\` to find out what to do (application=app-id)`,
    `warning Events for ${shown} were dropped: the application will not receive them (application=app-id events=1)`,
    `warning Events for ${shown} were dropped: the application will not receive them (application=app-id events=1)`,
    `info    Webhooks to ${shown} are accepted again after 16 s: 3 events were lost (application=app-id)`,
  ]);
  expect(receiver.events.flatMap((event) => "data" in event ? [event.data] : [])).toEqual(["1", "5"]);
  expect(watched.application.counters.webhooks).toMatchObject({
    queued: 0,
    events: { accepted: 2, queue_full: 3 },
  });
});

test("events for a URL that is no longer configured are dropped, logged and counted", async () => {
  const watched = new WatchedApplication([webhook()]);
  watched.receiver.always = "refuse";
  watched.event("a", "1");
  await watched.clock.pass(1000);
  watched.webhooks.abandon();
  await watched.clock.pass(60_000);
  expect(watched.log.at(-1)).toContain("were dropped");
  expect(watched.application.counters.webhooks).toMatchObject({ queued: 0, events: { not_configured: 1 } });
  expect(watched.clock.pending).toBe(0);
});
