import { describe, expect, test } from "bun:test";
import type { ChannelRow, Page } from "../../../src/dashboard/answers.ts";
import {
  type Entry,
  type EntryBatch,
  type NodeRow,
  SAMPLE_FIELDS,
  type Welcome,
} from "../../../src/dashboard/wire.ts";
import { ApiClient } from "../../support/api-client.ts";
import { DashboardClient, dashboardOf, WITH_DASHBOARD } from "../../support/dashboard-client.ts";
import { HAS_REDIS } from "../../support/redis-server.ts";
import { serverTarget } from "../../support/server-target.ts";
import {
  clientsEverywhere,
  noWorkers,
  noWorkersAtAll,
  startBridgedWorkers,
  startWorkers,
} from "../../support/worker-processes.ts";

const CONNECTIONS = SAMPLE_FIELDS.indexOf("connections"), CHANNELS = SAMPLE_FIELDS.indexOf("channels");

function connected(entries: ReadonlyMap<string, Entry>): Entry[] {
  return [...entries.values()].filter(({ kind }) => kind === "connected");
}

/** The last entry of each event. */
function eventsOf(entries: ReadonlyMap<string, Entry>): Map<string, Entry> {
  const events = [...entries.values()].filter(({ kind }) => kind === "api-event");
  return new Map(
    events.toSorted((one, other) => one.at - other.at).map((entry) => [entry.event ?? "", entry]),
  );
}

// One of the targets without Redis, since the dashboard is the same for both.
const isBridged = serverTarget() === "binary" || !HAS_REDIS;

describe.skipIf(isBridged ? noWorkersAtAll : noWorkers)("the dashboard of several workers", () => {
  test("shows their sum and each of them, also when another one answers", async () => {
    const start = isBridged ? startBridgedWorkers : startWorkers;
    await using workers = await start({ env: WITH_DASHBOARD });
    const dashboard = await dashboardOf(workers.server);
    const clients = await clientsEverywhere(workers);
    await Promise.all(clients.map((client) => client.subscribe("news")));
    const browser = new DashboardClient(dashboard);
    await browser.signIn();

    const api = new ApiClient(workers.server);
    await api.trigger("news", "before", "x");
    let sum = 0, channels: number | undefined, nodes: readonly NodeRow[] = [];
    const entries = new Map<string, Entry>();
    for await (const { event, data } of browser.stream()) {
      if (event === "sample") {
        [sum = 0, channels] = [(data as number[])[CONNECTIONS], (data as number[])[CHANNELS]];
      }
      if (event === "nodes") nodes = data as NodeRow[];
      const fresh = event === "welcome"
        ? (data as Welcome).history
        : event === "entries"
        ? (data as EntryBatch).entries
        : [];
      for (const entry of fresh) entries.set(entry.id, entry);
      // Each second another event, until every worker has been heard of delivering some.
      await api.trigger("news", "tick", "x");
      const tick = eventsOf(entries).get("tick");
      // An event whose receivers on the other worker were not found out in time counts those of one: then the next one is awaited.
      const told = connected(entries).length === clients.length && tick !== undefined &&
        tick.isOnlyHere !== true;
      if (!told || sum !== clients.length || channels !== 1 || nodes.length !== 2) continue;
      if (nodes.every(({ sent }) => (sent ?? 0) > 0)) break;
    }
    // What was before the page was opened is there too, of both workers, each entry once.
    expect(new Set(connected(entries).map(({ node }) => node))).toEqual(new Set(["worker 1", "worker 2"]));
    const events = [...eventsOf(entries).values()];
    expect(events[0]?.event).toBe("before");
    // The subscribers on the worker that was called, and those on the other one.
    for (const { receivers, isOnlyHere } of events) {
      expect([receivers, isOnlyHere]).toEqual([clients.length, undefined]);
    }
    expect(nodes.map(({ worker }) => worker).toSorted()).toEqual([1, 2]);
    expect(nodes.filter(({ isThis }) => isThis)).toHaveLength(1);
    expect(nodes.reduce((total, { connections }) => total + connections, 0)).toBe(clients.length);

    for (let asked = 0; asked < 8; asked++) {
      const headers = { Cookie: browser.cookie ?? "", Connection: "close" };
      const read = async <Row>(list: string): Promise<Page<Row>> => {
        const answer = await fetch(`${dashboard.url}/dashboard/${list}`, { headers });
        return await answer.json() as Page<Row>;
      };
      const channels = await read<ChannelRow>("channels");
      expect(channels.rows).toMatchObject([{ name: "news", subscriptions: clients.length }]);
      expect((await read("connections")).where).toMatch(/^on worker [12]$/);
    }
    await Promise.all(clients.map((client) => client.close()));
  });
});
