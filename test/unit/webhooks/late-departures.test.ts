import { expect, test } from "bun:test";
import type { ApplicationReports } from "../../../src/hub/application-reports.ts";
import type { Hub } from "../../../src/hub/hub.ts";
import { systemTimers } from "../../../src/failures/timers.ts";
import { decodeSpool } from "../../../src/webhooks/spooled-state.ts";
import { Webhooks } from "../../../src/webhooks/webhooks.ts";
import { WatchedApplication } from "./watched-application.ts";

test("a member that leaves after the webhooks have ended is left to the next server", async () => {
  const { application, services } = new WatchedApplication();
  let reports: ApplicationReports | undefined;
  const hub = {
    application,
    reportTo: (given?: ApplicationReports) => void (reports = given),
  } as unknown as Hub;
  const spooled: string[] = [];
  const spool = {
    take: () => Promise.resolve([]),
    put: (text: string) => Promise.resolve({ kept: true as const, place: `spool ${spooled.push(text)}` }),
  };
  const webhooks = new Webhooks({ ...services, hubs: () => [hub], spools: [spool], timers: systemTimers });
  await webhooks.stop();
  expect(spooled).toEqual([]);

  // The member was to move to another node and has not come there.
  const mark = { topic: "app-id\npresence-a", subject: "user:7", token: "node.1:1" };
  reports?.memberAdded("presence-a", "8", true);
  reports?.memberRemoved("presence-a", "7", mark);
  reports?.vacated("news", undefined, undefined);
  await webhooks.leaveLate();
  expect(reports).toBeUndefined();
  expect(spooled.map(decodeSpool)).toMatchObject([[{
    id: application.id,
    departures: [{ channel: "presence-a", userId: "7", mark }, { channel: "news" }],
    queues: [],
  }]]);
});
