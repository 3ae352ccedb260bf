import { describe, expect, test } from "bun:test";
import { type ChannelRow, type NodeRow, type Page, SAMPLE_FIELDS } from "../../../src/dashboard/wire.ts";
import { ApiClient } from "../../support/api-client.ts";
import { DashboardClient, dashboardOf, WITH_DASHBOARD } from "../../support/dashboard-client.ts";
import { clientsEverywhere, noWorkers, startWorkers } from "../../support/worker-processes.ts";

const CONNECTIONS = SAMPLE_FIELDS.indexOf("connections");

describe.skipIf(noWorkers)("the dashboard of several workers", () => {
  test("shows their sum and each of them, also when another one answers", async () => {
    await using workers = await startWorkers({ env: WITH_DASHBOARD });
    const dashboard = await dashboardOf(workers.server);
    const clients = await clientsEverywhere(workers);
    await Promise.all(clients.map((client) => client.subscribe("news")));
    const browser = new DashboardClient(dashboard);
    await browser.signIn();

    const api = new ApiClient(workers.server);
    let sum = 0, nodes: readonly NodeRow[] = [];
    for await (const { event, data } of browser.stream()) {
      if (event === "sample") sum = (data as number[])[CONNECTIONS] ?? 0;
      if (event === "nodes") nodes = data as NodeRow[];
      // Each second another event, until every worker has been heard of delivering some.
      await api.trigger("news", "tick", "x");
      if (sum === clients.length && nodes.length === 2 && nodes.every(({ sent }) => (sent ?? 0) > 0)) break;
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
