import { expect, test } from "bun:test";
import { lstatSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { ApiClient } from "../../support/api-client.ts";
import { Peer } from "../../support/peer.ts";
import { runResound } from "../../support/run-resound.ts";
import { serverTarget } from "../../support/server-target.ts";
import { skipWhen } from "../../support/skip-when.ts";
import { startServer } from "../../support/start-server.ts";
import { watchServer } from "../../support/watch-terminal.ts";
import { clientsEverywhere, noWorkers, startWorkers } from "../../support/worker-processes.ts";

const noSockets = skipWhen(process.platform === "win32", "resound watch: Windows has no such sockets");
const otherTarget = skipWhen(serverTarget() !== "bun", "resound watch with workers: tested on Bun");

/** The lines of a terminal without the time. */
const bare = (line: string): string =>
  line.replace(/^\d\d:\d\d:\d\d\.\d{3} +/, "").replace(/ {2,}/g, " ").trim();

test.skipIf(noSockets)(
  "watch shows what happens in a running server, as far as it is asked for",
  async () => {
    const server = await startServer({ files: { "storage/framework/cache/.gitignore": "" } });
    const folder = join(server.directory, "storage/framework/cache");
    const sockets = readdirSync(folder).filter((name) => name.endsWith(".watch"));
    expect(sockets).toHaveLength(1);
    const socket = lstatSync(join(folder, sockets[0]!));
    expect([socket.isSocket(), socket.mode & 0o777]).toEqual([true, 0o600]);

    const client = await Peer.connect(server);
    const [all, filtered, one, json] = await Promise.all([
      watchServer(server),
      watchServer(server, ["--channel", "private-*.7", "--event", "*Shipped"]),
      watchServer(server, ["--connection", client.id, "--data"]),
      watchServer(server, ["--json"]),
    ]);
    // A fifth one is refused.
    const fifth = await runResound(["watch", "--laravel", server.directory]);
    expect([fifth.code, fifth.stderr.at(-1)]).toEqual([
      1,
      `Cannot watch the server ${server.pid} at ${server.url}: 4 others watch this process already. End one of these and try again.`,
    ]);

    await client.subscribed("news");
    client.send({ event: "pusher:subscribe", data: { channel: "private-a.8", auth: "app-key:wrong" } });
    await client.nextEvent("pusher:subscription_error");
    const other = await Peer.connect(server);
    const api = new ApiClient(server);
    await api.trigger("news", "OrderShipped", { id: 7, auth: "app-key:secret" });
    await client.nextEvent("OrderShipped");
    await api.trigger("news", "OrderPaid", 1, { socket_id: client.id });
    await api.trigger("private-a.7", "App\\Events\\OrderShipped", { id: 7 });
    await other.close(1000);
    await all.output.waitFor("disconnected");
    all.kill("SIGINT");
    expect(await all.exited).toBe(0);

    // What a client was connected to when the server stopped is shown as well.
    await server.stop();
    for (const terminal of [filtered, one, json]) {
      expect(await terminal.exited).toBe(0);
      await terminal.output.ended;
      expect(terminal.output.stderr).toEqual([
        `Watching the server ${server.pid} at ${server.url}; Ctrl-C ends it`,
        `The server ${server.pid} at ${server.url} has stopped`,
      ]);
    }
    expect(readdirSync(folder)).toEqual([".gitignore"]);

    const refused =
      `refused subscription unauthorized: the signature of the subscription does not match, channel "private-a.8" · ${client.id} · from 127.0.0.1`;
    const explained = [
      expect.stringContaining("likely: The page got its signature from an application with another secret"),
      expect.stringMatching(/^remedy: .*config:clear.*queue:restart/),
    ];
    expect(all.output.stdout.map(bare)).toEqual([
      `subscribed news · ${client.id}`,
      refused,
      ...explained,
      `connected ${other.id} · from 127.0.0.1`,
      "event OrderShipped on news · 1 subscriber · 32 bytes",
      `event OrderPaid on news · 0 subscribers · 1 byte · without ${client.id}`,
      "event App\\Events\\OrderShipped on private-a.7 · 0 subscribers · 8 bytes",
      `disconnected ${other.id} · closed by the client (1000)`,
    ]);
    expect(filtered.output.stdout.map(bare)).toEqual([
      "event App\\Events\\OrderShipped on private-a.7 · 0 subscribers · 8 bytes",
    ]);
    expect(one.output.stdout.map(bare)).toEqual([
      `subscribed news · ${client.id}`,
      refused,
      ...explained,
      `delivered OrderShipped on news · 32 bytes · ${client.id}`,
      '{"id":7,"auth":"…"}',
      `event OrderPaid on news · 0 subscribers · 1 byte · without ${client.id}`,
      "1",
      expect.stringMatching(/^disconnected [\d.]+ · the server stops \(4\d00\)$/),
    ]);
    expect(json.output.stdout.map((line) => JSON.parse(line)).find(({ receivers }) => receivers === 1))
      .toMatchObject({
        type: "api-event",
        at: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
        application: "app-id",
        channel: "news",
        event: "OrderShipped",
        bytes: 32,
        server: server.pid,
      });
  },
);

test.skipIf(noSockets || otherTarget)(
  "watch explains that no server runs, and what --connection takes",
  async () => {
    expect(await runResound(["watch"])).toMatchObject({
      code: 1,
      stderr: [expect.stringContaining("No server runs for")],
    });
    expect(await runResound(["watch", "--connection", "orders"])).toMatchObject({
      code: 2,
      stderr: [expect.stringContaining("give its socket_id, such as")],
    });
  },
);

test.skipIf(noSockets || noWorkers || otherTarget)(
  "watch follows all workers, also new ones, and counts the subscribers of all",
  async () => {
    await using workers = await startWorkers();
    await using terminal = await watchServer(workers.server, ["--channel", "news"]);
    const clients = await clientsEverywhere(workers);
    await using one = await watchServer(workers.server, ["--connection", clients[0]!.id]);
    await Promise.all(clients.map((client) => client.subscribed("news")));
    const api = new ApiClient(workers.server);
    await api.trigger("news", "first", 1);
    expect(bare(await terminal.output.waitFor("first on news"))).toContain(
      `· ${clients.length} subscribers · 1 byte · worker`,
    );
    // The connection's own worker, through which of them the event has come or not.
    expect(await one.output.waitFor("first on news")).toContain("delivered");
    for (const number of [1, 2]) {
      expect(await terminal.output.waitFor(`worker ${number}`)).toContain("subscribed");
    }
    expect((await runResound(["restart", "--laravel", workers.server.directory])).code).toBe(0);
    // The terminal finds the new workers within half a second.
    for (let number = 0; !terminal.output.text().includes("again on news"); number++) {
      // On a connection of its own: the one that is kept leads to a worker that is ending.
      const event = { name: "again", channel: "news", data: String(number) };
      await api.post("/events", event, { headers: { Connection: "close" } });
      await Bun.sleep(20);
    }
    await Promise.all(clients.map((client) => client.close()));
  },
);
