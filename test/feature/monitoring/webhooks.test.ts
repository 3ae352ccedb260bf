import { expect, test } from "bun:test";
import { AnsweringReceiver } from "../../support/answering-receiver.ts";
import { eventually } from "../../support/eventually.ts";
import { TEST_APPLICATION } from "../../support/test-application.ts";
import { Peer } from "../../support/peer.ts";
import { scrape, startWatched } from "../../support/scrape.ts";

const application = TEST_APPLICATION.id;

test("events that ended, requests that were tried and events that wait are counted", async () => {
  using receiver = new AnsweringReceiver();
  const env = {
    REVERB_WEBHOOK_URL: `${receiver.url}/taken,${receiver.url}/500`,
    REVERB_WEBHOOK_EVENTS: "channel_occupied,cache_miss",
    // Both in one request, however slowly they come.
    REVERB_WEBHOOK_BATCH_EVENTS: "2",
    REVERB_WEBHOOK_BATCH_SECONDS: "10",
  };
  await using watched = await startWatched({ env });
  const { server, metricsUrl } = watched;
  await server.output.waitFor(`Webhooks go to ${receiver.url}/taken, ${receiver.url}/500`);
  await using client = await Peer.connect(server);
  await client.subscribe("cache-news");
  await receiver.request(1);
  await server.output.waitFor(/A webhook to .*\/500 failed and is tried again: it answered 500/);
  // An answer is counted some time after it was given.
  const counted = await eventually(async () => {
    const { value } = await scrape(metricsUrl);
    const total = (name: string, outcome: string) =>
      value(`resound_webhook_${name}_total`, { application, outcome });
    return {
      accepted: total("events", "accepted"),
      waits: value("resound_webhook_queued_events", { application }),
      requests: total("requests", "accepted"),
      given_up: total("events", "expired"),
      failed: total("requests", "error_status")! > 0,
    };
  }, ({ accepted, failed }) => accepted === 2 && failed);
  expect(counted).toEqual({ accepted: 2, waits: 2, requests: 1, given_up: 0, failed: true });
});

test("an application without webhooks has no metrics of them", async () => {
  await using watched = await startWatched();
  expect((await scrape(watched.metricsUrl)).text).not.toContain("resound_webhook_events_total{");
});
