import { describe, expect, test } from "bun:test";
import { join } from "node:path";
import { receiveDatagrams } from "../../support/datagram-receiver.ts";
import { eventually } from "../../support/eventually.ts";
import { startServer, temporaryDirectory } from "../../support/start-server.ts";
import { APPLICATION_ENV, runResound } from "../../support/run-resound.ts";
import { freePort } from "../../support/free-port.ts";
import { fileStore } from "../../support/cache-stores.ts";
import { Peer } from "../../support/peer.ts";
import { serverTarget } from "../../support/server-target.ts";
import { skipWhen } from "../../support/skip-when.ts";
import { isAlive, noWorkers, startWorkers } from "../../support/worker-processes.ts";

const elsewhere = skipWhen(serverTarget() !== "bun", "restarts of workers at once are tried on Bun alone");

describe.skipIf(noWorkers)("several workers", () => {
  test("are replaced together, and no call fails meanwhile", async () => {
    await using workers = await startWorkers();
    const { server, pids } = workers;
    const client = await Peer.connect(server);
    let restarted = false;
    const failures: unknown[] = [];
    const asking = (async () => {
      while (!restarted) {
        await fetch(`${server.url}/up`, { headers: { Connection: "close" } })
          .then((answer) => answer.text())
          .catch((error: unknown) => void failures.push(error));
      }
    })();
    const { code, stdout, stderr } = await runResound(["restart", "--laravel", server.directory]);
    restarted = true;
    await asking;
    expect([code, stderr, failures]).toEqual([0, [], []]);
    expect(stdout).toEqual([
      `Restarting the 2 workers of the server ${server.pid} at ${server.url}; waiting up to 45 s`,
      expect.stringMatching(/^Worker 1 of 2 is now process \d+$/),
      expect.stringMatching(/^Worker 2 of 2 is now process \d+$/),
    ]);
    expect((await client.closed).code).toBe(4200);
    await eventually(() => pids.filter(isAlive), (alive) => alive.length === 0);
    expect(await workers.metric("resound_worker_replacements_total")).toEqual({ "1": 1, "2": 1 });
    expect(server.output.stderr).toEqual([]);
  });

  test.skipIf(elsewhere)("a second restart waits for the first, and has the outcome of its own", async () => {
    await using workers = await startWorkers();
    const { server } = workers, command = ["restart", "--laravel", server.directory];
    const first = runResound(command);
    await server.output.waitFor(/Restarting the workers/);
    const [one, two] = await Promise.all([first, runResound(command)]);
    expect([one.code, two.code, one.stdout.length, two.stdout.length]).toEqual([0, 0, 3, 3]);
    expect(two.stdout[1]).not.toBe(one.stdout[1]!);
  });

  test("stay as they are when one of the new ones does not come up", async () => {
    await using workers = await startWorkers({ files: { ".env": "" } });
    const { server, pids } = workers;
    await Bun.write(join(server.directory, ".env"), "REVERB_MAX_REQUEST_SIZE=none\n");
    const { code, stderr } = await runResound(["restart", "--laravel", server.directory]);
    expect(code).toBe(1);
    expect(stderr.join("\n")).toMatch(/No new process came up for worker [12]; its log says why\./);
    expect(pids.filter(isAlive)).toEqual([...pids]);
  });

  test("are restarted by php artisan reverb:restart, each time", async () => {
    await using store = fileStore();
    const directory = temporaryDirectory(), now = Math.floor(Date.now() / 1000);
    await store.mark(directory, now - 1000);
    await using workers = await startWorkers({
      directory,
      files: { artisan: "", ".env": `APP_NAME=Laravel\n${store.env}\n` },
    });
    const { server } = workers;
    let second = 0;
    for (const times of [1, 2]) {
      const done = (): number =>
        server.output.lines.filter((line) => line.includes("All workers have been restarted")).length;
      while (done() < times) {
        await store.mark(directory, now + ++second);
        await eventually(done, (count) => count >= times, 1000).catch(() => undefined);
      }
    }
    expect(server.output.text()).toContain("Restarting the workers (php artisan reverb:restart)");
    expect(server.output.stderr).toEqual([]);
  });

  test("are restarted as nodes of the cluster too", async () => {
    await using workers = await startWorkers();
    const { server, redis, pids } = workers;
    const env = { ...APPLICATION_ENV, REVERB_SCALING_ENABLED: "true", ...redis.env };
    const { code, stdout } = await runResound(["restart", "--all"], { env });
    expect([code, stdout.filter((line) => line.endsWith("has taken its place")).length]).toEqual([0, 2]);
    expect(pids.filter(isAlive)).toEqual([]);
    expect((await fetch(`${server.url}/up`)).status).toBe(200);
  });

  test("are restarted as nodes of the cluster also when one of them has died a moment ago", async () => {
    await using workers = await startWorkers({ env: { REVERB_SCALING_LEASE_SECONDS: "60" } });
    const { server, redis, pids } = workers;
    process.kill(pids[0] ?? 0, "SIGKILL");
    await server.output.waitFor(/Worker 1 is now process \d+/);
    const env = { ...APPLICATION_ENV, REVERB_SCALING_ENABLED: "true", ...redis.env };
    const { code, stdout, stderr } = await runResound(["restart", "--all"], { env });
    expect([code, stderr]).toEqual([0, []]);
    expect(stdout.filter((line) => line.endsWith("has taken its place"))).toHaveLength(2);
    expect(stdout.join("\n")).not.toContain(`process ${pids[0]} `);
  });

  test("read their configuration again together, or refuse it together", async () => {
    await using workers = await startWorkers({
      files: { ".env": "REVERB_APP_MAX_CONNECTIONS=9\nREVERB_SERVER_PATH=\n" },
    });
    const { server } = workers;
    const name = `The server ${server.pid} at ${server.url}`;
    await Bun.write(
      join(server.directory, ".env"),
      "REVERB_APP_MAX_CONNECTIONS=8\nREVERB_WORKERS=3\nREVERB_SERVER_PATH=ws\n",
    );
    const taken = await runResound(["reload", "--laravel", server.directory]);
    expect([taken.code, taken.stderr]).toEqual([0, []]);
    expect(taken.stdout).toEqual([
      `${name} has read its configuration again:`,
      "  path (REVERB_SERVER_PATH) stays as it was until a restart",
      "  Changed application app-id: max_connections",
    ]);
    await Bun.write(join(server.directory, ".env"), "REVERB_APP_MAX_CONNECTIONS=none\n");
    const refused = await runResound(["reload", "--laravel", server.directory]);
    expect([refused.code, refused.stdout]).toEqual([1, []]);
    expect(refused.stderr).toEqual([
      `${name} has refused its new configuration:`,
      expect.stringContaining("REVERB_APP_MAX_CONNECTIONS: expected a whole number"),
      "  The new configuration is refused, the old one stays in use",
    ]);
  });

  test("count as started when all listen, and one that stands still is killed and replaced", async () => {
    const NOTIFY_SOCKET = join(temporaryDirectory(), "notify");
    using manager = receiveDatagrams(NOTIFY_SOCKET);
    await using workers = await startWorkers({ env: { NOTIFY_SOCKET, WATCHDOG_USEC: "2000000" } });
    const { server, pids } = workers;
    expect(await manager.next("READY=1")).toBe(`READY=1\nSTATUS=Listening on ${server.url} with 2 workers`);
    process.kill(pids[0] ?? 0, "SIGSTOP");
    await server.output.waitFor(`Worker 1 (process ${pids[0]}) does not answer and is killed`);
    await server.output.waitFor(/Worker 1 is now process \d+/);
    expect(await manager.next("WATCHDOG=1")).toBe("WATCHDOG=1");
    // One message each, and all of them the parent's.
    expect(manager.received.filter((message) => message.startsWith("READY"))).toHaveLength(1);
  });

  test("of two parents that are started at the same moment one is refused", async () => {
    const port = String(await freePort());
    const starts = await Promise.allSettled(
      [1, 2].map(() => startServer({ args: ["--workers", "2", "--port", port] })),
    );
    const started = starts.filter((each) => each.status === "fulfilled").map(({ value }) => value);
    const refused = starts.filter((each) => each.status === "rejected").map(({ reason }) => String(reason));
    expect([started.length, refused.length]).toEqual([1, 1]);
    expect(refused[0]).toContain("the port is taken");
    for (const server of started) expect(await server.stop()).toBe(0);
  });
});
