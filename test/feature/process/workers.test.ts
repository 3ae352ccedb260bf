import { describe, expect, test } from "bun:test";
import { ApiClient } from "../../support/api-client.ts";
import { endLease } from "../../support/end-lease.ts";
import { eventually } from "../../support/eventually.ts";
import { joinAs } from "../../support/presence-peer.ts";
import { DashboardClient, dashboardOf, WITH_DASHBOARD } from "../../support/dashboard-client.ts";
import { Peer } from "../../support/peer.ts";
import { untilSecondSignal } from "../../support/second-signal.ts";
import { clientsEverywhere, isAlive, noWorkers, startWorkers } from "../../support/worker-processes.ts";

describe.skipIf(noWorkers)("several workers", () => {
  test("share one port, and an event reaches every client once, at each worker", async () => {
    await using workers = await startWorkers();
    const clients = await clientsEverywhere(workers);
    await Promise.all(clients.map((client) => client.subscribe("news")));
    const api = new ApiClient(workers.server);
    for (const name of ["one", "two", "three", "four"]) await api.trigger("news", name, "x");
    for (const client of clients) {
      const names = (await client.nextFrames(4)).map((frame) => /"event":"(\w+)"/.exec(frame)?.[1]);
      expect(names.toSorted()).toEqual(["four", "one", "three", "two"]);
      await client.expectSilence();
    }
    await Promise.all(clients.map((client) => client[Symbol.asyncDispose]()));
  });

  test("say who they are in the log, and in every series of one page of metrics", async () => {
    await using workers = await startWorkers({
      args: ["--log-format", "json"],
      startLine: /on (http):\/\/127\.0\.0\.1:(\d+)/,
    });
    const lines = workers.server.output.stdout.map((line) => JSON.parse(line) as Record<string, unknown>);
    const joined = lines.filter(({ event }) => event === "redis_connected").map(({ worker }) => worker);
    expect(joined.toSorted()).toEqual([1, 2]);
    expect(lines.filter(({ event }) => event === "server_started")).toHaveLength(1);

    const page = await workers.metrics();
    const samples = page.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
    expect(samples.filter((line) => !/\{worker="[12]"[,}]/.test(line))).toEqual([]);
    const helps = page.split("\n").filter((line) => line.startsWith("# HELP")).map((line) =>
      line.split(" ")[2]
    );
    expect(new Set(helps).size).toBe(helps.length);
    // A worker that does not answer within two seconds, as on a busy machine, is left out of a page.
    await eventually(
      () => workers.metric("resound_worker_up"),
      (up) => Bun.deepEquals(up, { "1": 1, "2": 1 }),
    );

    const clients = await clientsEverywhere(workers);
    const sum = await eventually(
      () => workers.metrics("/sum"),
      (page) => page.split("\n").includes(`resound_connections{application="app-id"} ${clients.length}`),
    );
    expect(sum).not.toContain("worker=");
    await Promise.all(clients.map((client) => client.close()));
  });

  test("count what the port of their parent refuses", async () => {
    await using workers = await startWorkers();
    const { server, metricsUrl } = workers;
    const answer = await fetch(metricsUrl, { headers: { Host: "evil.example" } });
    expect(answer.status).toBe(421);
    await server.output.waitFor(/worker 1: Refused: a request to the port of the metrics for the host "evil/);
    await eventually(
      async () => (await workers.metrics("/sum")).split("\n"),
      (lines) => lines.includes('resound_refusals_total{application="",reason="host_not_allowed"} 1'),
    );
  });

  test("know each other's sign-in to the dashboard", async () => {
    await using workers = await startWorkers({ env: WITH_DASHBOARD });
    const dashboard = await dashboardOf(workers.server), browser = new DashboardClient(dashboard);
    await browser.signIn();
    const answers = await Promise.all(
      Array.from({ length: 20 }, async () => {
        const headers = { Cookie: browser.cookie ?? "", Connection: "close" };
        return (await fetch(`${dashboard.url}/dashboard/session`, { headers })).status;
      }),
    );
    expect(new Set(answers)).toEqual(new Set([200]));
    await eventually(
      () => workers.metric("resound_http_request_duration_seconds_count"),
      (calls) => Object.values(calls).filter((count) => count > 0).length === 2,
    );
  });

  test(
    "are replaced when they are killed: members leave, clients come back, the port has no dead end",
    async () => {
      await using workers = await startWorkers();
      const { server, pids, metric } = workers;
      const clients = await clientsEverywhere(workers);
      // Members, so many that each worker has some.
      const names = Array.from({ length: 16 }, (_, index) => `user-${index}`);
      const members = await Promise.all(names.map((name) => joinAs(server, "presence-room", name)));
      await members[0]?.sees(...names);

      const closed = new Set<Peer>();
      for (const { peer } of members) void peer.closed.then(() => closed.add(peer));
      process.kill(pids[0] ?? 0, "SIGKILL");
      await server.output.waitFor(`Worker 1 (process ${pids[0]}) was ended by SIGKILL`);
      await endLease([workers.redis], pids[0] ?? 0);
      await server.output.waitFor(/Worker 1 is now process \d+/);
      await eventually(() => metric("resound_worker_up"), (up) => up["1"] === 1);
      const gone = members.filter(({ peer }) => closed.has(peer));
      const left = members.filter(({ peer }) => !closed.has(peer));
      expect(gone.length * left.length).toBeGreaterThan(0);
      const others = left.map(({ userId }) => userId);
      for (const member of left) await member.sees(...others);
      // A client of the killed one comes back, and those that stayed see it.
      const back = await Promise.all(gone.map(({ userId }) => joinAs(server, "presence-room", userId)));
      for (const member of [...left, ...back]) await member.sees(...names);
      expect(await metric("resound_worker_replacements_total")).toEqual({ "1": 1, "2": 0 });
      const answers = await Promise.all(Array.from({ length: 40 }, async () => {
        return (await fetch(`${server.url}/up`, { headers: { Connection: "close" } })).status;
      }));
      expect(new Set(answers)).toEqual(new Set([200]));
      await Promise.all(
        [...clients, ...[...members, ...back].map(({ peer }) => peer)].map((peer) => peer.close()),
      );
    },
  );

  test("stop gracefully with their parent, and leave nothing behind", async () => {
    const workers = await startWorkers();
    const { server, pids, redis } = workers;
    const clients = await clientsEverywhere(workers);
    expect(await server.stop()).toBe(0);
    expect(new Set(await Promise.all(clients.map(async ({ closed }) => (await closed).code)))).toEqual(
      new Set([4100]),
    );
    expect(pids.filter(isAlive)).toEqual([]);
    expect(server.output.stderr).toEqual([]);
    expect(server.output.lines.at(-1)).toMatch(/Stopped after .*, with all 2 workers$/);
    await redis[Symbol.asyncDispose]();
  });

  test("stop at once when their parent is signalled twice", async () => {
    const workers = await startWorkers({ env: { REVERB_DRAIN_DELAY: "600" } });
    const { server, pids, redis } = workers;
    const clients = await clientsEverywhere(workers);
    process.kill(server.pid, "SIGTERM");
    await untilSecondSignal(server);
    process.kill(server.pid, "SIGTERM");
    expect(await server.exited).toBe(0);
    expect(new Set(await Promise.all(clients.map(async ({ closed }) => (await closed).code)))).toEqual(
      new Set([4100]),
    );
    expect(pids.filter(isAlive)).toEqual([]);
    await redis[Symbol.asyncDispose]();
  });

  test("stop by themselves when their parent is killed", async () => {
    const workers = await startWorkers();
    const { server, pids, redis } = workers;
    await server.kill();
    await eventually(() => pids.filter(isAlive), (alive) => alive.length === 0);
    await expect(fetch(`${server.url}/up`)).rejects.toThrow();
    await server.output.waitFor("Stopping (its parent has ended)");
    await redis[Symbol.asyncDispose]();
  });

  test(
    "one that ends after SIGTERM is replaced, like one that a restart of the cluster has asked",
    async () => {
      await using workers = await startWorkers();
      const { server, pids } = workers;
      process.kill(pids[1] ?? 0, "SIGTERM");
      await server.output.waitFor("worker 2: Stopping (SIGTERM)");
      await server.output.waitFor(/Worker 2 is now process \d+/);
      expect(server.output.stderr).toEqual([]);
    },
  );

  test(
    "one whose configuration has become wrong is tried again and again, and the others serve",
    async () => {
      await using workers = await startWorkers({ files: { ".env": "REVERB_MAX_REQUEST_SIZE=5000\n" } });
      const { server, pids } = workers;
      await Bun.write(`${server.directory}/.env`, "REVERB_MAX_REQUEST_SIZE=none\n");
      process.kill(pids[0] ?? 0, "SIGKILL");
      await server.output.waitFor(/worker 1: .*REVERB_MAX_REQUEST_SIZE: expected a number of bytes/);
      await server.output.waitFor("Worker 1 is started again in 0.5 s");
      expect((await fetch(`${server.url}/up`)).status).toBe(200);
      await Bun.write(`${server.directory}/.env`, "");
      await server.output.waitFor(/Worker 1 is now process \d+/);
    },
  );
});
