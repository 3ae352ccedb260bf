import { expect, test } from "bun:test";
import { AnsweringReceiver, UNPACKED } from "../../support/answering-receiver.ts";
import { eventually } from "../../support/eventually.ts";
import { Peer } from "../../support/peer.ts";
import { metricsUrlOf, scrape } from "../../support/scrape.ts";
import { startServer } from "../../support/start-server.ts";
import { OWN_PLACE, QUICK } from "../../support/watched-server.ts";

/** MiB that the server may grow by while it reads an answer. */
const GROWTH = 100;

test.each([
  ["is packed and large when it is unpacked", "/packed"],
  ["has no end", "/endless"],
])("an answer that %s is read to a small part only", async (_what, path) => {
  using receiver = new AnsweringReceiver();
  await using server = await startServer({
    files: OWN_PLACE,
    env: {
      ...QUICK,
      REVERB_WEBHOOK_URL: receiver.url + path,
      REVERB_WEBHOOK_EVENTS: "channel_occupied",
      REVERB_METRICS_PORT: "0",
    },
  });
  const url = await metricsUrlOf(server);
  const value = async (name: string, labels = {}): Promise<number> =>
    (await scrape(url)).value(name, labels) ?? 0;
  const memory = async (): Promise<number> => await value("process_resident_memory_bytes") / 2 ** 20;
  const before = await memory();
  await using peer = await Peer.connect(server);
  let peak = 0;
  for (let round = 1; round <= 5; round++) {
    await peer.subscribe(`c${round}`);
    const accepted = { application: "app-id", outcome: "accepted" };
    await eventually(async () => {
      peak = Math.max(peak, await memory());
      return await value("resound_webhook_requests_total", accepted);
    }, (count) => count >= round);
  }
  expect(peak - before).toBeLessThan(GROWTH);
  expect(GROWTH).toBeLessThan(UNPACKED / 2 ** 20);
  expect(receiver.requests[0]!.headers.get("Accept-Encoding")).toBe("identity");
});
