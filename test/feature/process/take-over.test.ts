import { expect, test } from "bun:test";
import { mkdirSync, readdirSync, symlinkSync, unlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ApiClient } from "../../support/api-client.ts";
import { childrenOf } from "../../support/children-of.ts";
import { eventually } from "../../support/eventually.ts";
import { Peer } from "../../support/peer.ts";
import { type FinishedRun, runResound } from "../../support/run-resound.ts";
import { metricsUrlOf, scrape } from "../../support/scrape.ts";
import { serverTarget } from "../../support/server-target.ts";
import { skipWhen } from "../../support/skip-when.ts";
import { isAlive } from "../../support/worker-processes.ts";
import {
  type RunningServer,
  type ServerOptions,
  startServer,
  temporaryDirectory,
} from "../../support/start-server.ts";

const cannot = skipWhen(serverTarget() === "deno", "this runtime cannot hand its port over");

const DOTENV = "REVERB_APP_ID=app-id\nREVERB_APP_KEY=app-key\nREVERB_APP_SECRET=app-secret\n";

function restart({ directory }: Pick<RunningServer, "directory">): Promise<FinishedRun> {
  return runResound(["restart", "--laravel", directory]);
}

function start(options: ServerOptions = {}): Promise<RunningServer> {
  return startServer({ ...options, env: { REVERB_DRAIN_SECONDS: "0.2", ...options.env } });
}

/** Clients of whom one moves every 50 ms, with a long drain: most of them are still there when the first one has gone. */
const MANY = 300;

/** The process that serves now, as the last line about it says. */
function servingPid({ output }: RunningServer): number {
  return Number([...output.text().matchAll(/Process (\d+) serves/g)].at(-1)?.[1]);
}

/** The address behind a word of the first banner. */
async function urlOf({ output }: RunningServer, word: string): Promise<string> {
  return (await output.waitFor(word)).slice(word.length);
}

/** Opens connections and makes calls, each on a connection of its own, until it is stopped; counts those that fail. */
class NewConnections {
  readonly failed: string[] = [];
  done = 0;
  readonly #server: RunningServer;
  readonly #timer: ReturnType<typeof setInterval>;
  readonly #running = new Set<Promise<void>>();

  constructor(server: RunningServer, milliseconds: number) {
    this.#server = server;
    this.#timer = setInterval(() => {
      for (const attempt of [this.#call(), this.#connect()]) {
        const counted = attempt.then(() => void this.done++, (error) => void this.failed.push(String(error)));
        this.#running.add(counted);
        void counted.then(() => this.#running.delete(counted));
      }
    }, milliseconds);
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await Promise.all(this.#running);
  }

  async #call(): Promise<void> {
    const answer = await fetch(`${this.#server.url}/up`, { headers: { Connection: "close" } });
    if (answer.status !== 200) throw new Error(`/up answered ${answer.status}`);
  }

  async #connect(): Promise<void> {
    const peer = await Peer.connect(this.#server);
    await peer[Symbol.asyncDispose]();
  }
}

test.skipIf(cannot)(
  "no new connection and no call fails while one process after the other takes the server's place",
  async () => {
    await using server = await start({
      env: { REVERB_METRICS_PORT: "0", REVERB_DASHBOARD_ENABLED: "true", REVERB_DASHBOARD_PORT: "0" },
    });
    const metricsUrl = await metricsUrlOf(server), dashboardUrl = await urlOf(server, "Dashboard: ");
    const connections = new NewConnections(server, 20);
    // So many handovers that a hundred attempts fall into them, however seldom a busy machine lets the timer of these run.
    for (let times = 1; times <= 3 || connections.done <= 100; times++) {
      const [client] = await Peer.connectAll(server, 1) as [Peer];
      const { code, stderr } = await restart(server);
      expect([code, stderr]).toEqual([0, []]);
      expect((await client.closed).code).toBe(4200);
    }
    await connections.stop();
    expect(connections.failed).toEqual([]);
    // The ports beside it have gone over too.
    expect((await scrape(metricsUrl)).value("resound_ready")).toBe(1);
    expect((await fetch(dashboardUrl)).status).toBe(200);
    expect(servingPid(server)).not.toBe(server.pid);
  },
);

test.skipIf(cannot)("an ordinary second start is refused before, during and after", async () => {
  await using server = await start({ env: { REVERB_DRAIN_SECONDS: "3600" } });
  const second = async (): Promise<void> => {
    const { code, stderr } = await runResound([
      "start",
      "--host",
      "127.0.0.1",
      "--port",
      String(server.port),
    ]);
    expect([code, stderr.at(-1)]).toEqual([1, expect.stringContaining("the port is taken")]);
  };
  const clients = await Peer.connectAll(server, MANY);
  const restarted = restart(server);
  await Promise.race(clients.map(({ closed }) => closed));
  await second();
  // SIGTERM during a handover ends both.
  const next = (await eventually(() => childrenOf(server.pid), ({ length }) => length > 0))[0];
  expect(await server.stop()).toBe(0);
  expect(isAlive(next!)).toBe(false);
  expect((await restarted).code).toBe(1);
});

test.skipIf(cannot)("the first process passes signals on, and ends with the one that serves", async () => {
  await using server = await start({ files: { ".env": DOTENV } });
  expect((await restart(server)).code).toBe(0);
  writeFileSync(join(server.directory, ".env"), `${DOTENV}REVERB_APP_MAX_CONNECTIONS=1\n`);
  const { code, stdout } = await runResound(["reload", "--laravel", server.directory]);
  expect([code, stdout.join("\n")]).toEqual([
    0,
    expect.stringContaining("Changed application app-id: max_connections"),
  ]);
  // The one that serves dies: a process manager sees it.
  process.kill(servingPid(server), "SIGKILL");
  expect(await server.exited).toBe(137);
  await server.output.waitFor("which served, has ended with 137");
});

test.skipIf(cannot)("when the first process is killed, the server stops", async () => {
  await using server = await start();
  expect((await restart(server)).code).toBe(0);
  const [client] = await Peer.connectAll(server, 1) as [Peer], serving = servingPid(server);
  await server.kill("SIGKILL");
  expect((await client.closed).code).toBe(4100);
  await eventually(() => isAlive(serving), (alive) => !alive);
});

test.skipIf(cannot)(
  "a process that dies before all clients have moved is replaced by the one before",
  async () => {
    await using server = await start({ env: { REVERB_DRAIN_SECONDS: "3600" } });
    const clients = await Peer.connectAll(server, MANY);
    const restarted = restart(server);
    await Promise.race(clients.map(({ closed }) => closed));
    process.kill((await eventually(() => childrenOf(server.pid), ({ length }) => length > 0))[0]!, "SIGKILL");
    const { code, stderr } = await restarted;
    expect([code, stderr.join("\n")]).toEqual([
      1,
      expect.stringContaining("has ended before all clients had moved to it"),
    ]);
    // It listens again, and its other clients have stayed.
    const [late] = await Peer.connectAll(server, 1) as [Peer];
    await late.subscribe("news");
    expect((await new ApiClient(server).trigger("news", "e", "x")).status).toBe(200);
    await late.nextEvent("e");
    const stayed = await Promise.all(clients.map(async (client) => {
      return await Promise.race([
        client.closed.then(() => false),
        client.ask("pusher:ping", {}).then(() => true),
      ]);
    }));
    expect(stayed.filter(Boolean).length).toBeGreaterThan(MANY / 2);
  },
);

test.skipIf(cannot)(
  "behind a link the next process is of the release that the link leads to by then",
  async () => {
    const root = temporaryDirectory(), current = join(root, "current");
    for (const name of ["one", "two"]) {
      // Each release has a storage of its own: the command, which looks through the link, finds nothing in that of the first one.
      mkdirSync(join(root, name, "storage/framework/cache"), { recursive: true });
      writeFileSync(join(root, name, ".env"), `${DOTENV}REVERB_SERVER_PATH=/${name}\n`);
    }
    symlinkSync("one", current);
    await using server = await start({ directory: current, args: ["--laravel", current] });
    expect((await fetch(`${server.url}/one/up`)).status).toBe(200);
    unlinkSync(current);
    symlinkSync("two", current);
    const { code, stderr } = await restart({ directory: current });
    expect([code, stderr]).toEqual([0, []]);
    expect((await fetch(`${server.url}/two/up`)).status).toBe(200);
  },
);

test.skipIf(cannot)("until the last client has moved both processes are one server", async () => {
  await using server = await start({
    env: { REVERB_DRAIN_SECONDS: "3600", REVERB_APP_MAX_CONNECTIONS: String(MANY + 2) },
  });
  const room = "presence-room";
  const moving = await Peer.subscribed(server, room, { user_id: "1" });
  await Peer.connectAll(server, MANY);
  const stays = await Peer.subscribed(server, room, { user_id: "2" });
  const restarted = restart(server);
  expect((await moving.closed).code).toBe(4200);
  // The quota has room for it: the connection that was closed counts no more.
  const [moved] = await Peer.connectAll(server, 1) as [Peer];
  const roster = await moved.subscribeSigned(room, '{"user_id":"1"}');
  expect(roster).toContain('\\"ids\\":[\\"1\\",\\"2\\"]');
  // The call goes to the new process; the client of the old one has the event, and has heard nothing of the member that moved.
  expect((await new ApiClient(server).trigger(room, "e", "x")).status).toBe(200);
  expect(JSON.parse(await stays.next())).toMatchObject({ event: "e" });
  await moved.nextEvent("e");
  const { text } = await new ApiClient(server).get(`/channels/${room}`, { info: "user_count" });
  expect(text).toBe('{"occupied":true,"user_count":2}');
  expect(await server.stop()).toBe(0);
  await restarted;
});

test.skipIf(cannot)("a Unix socket goes over too", async () => {
  const directory = temporaryDirectory(), path = join(directory, "ws.sock");
  await using server = await start({
    directory,
    args: ["--host", `unix:${path}`, "--port", "1"],
    startLine: /is listening on (unix):()/,
  });
  const inode = readdirSync(directory).filter((name) => name.startsWith("ws.sock"));
  expect(inode).toEqual(["ws.sock"]);
  expect((await restart(server)).code).toBe(0);
  expect(await (await fetch("http://localhost/up", { unix: path })).text()).toContain("OK");
  expect(await server.stop()).toBe(0);
  expect(readdirSync(directory).filter((name) => name.startsWith("ws.sock"))).toEqual([]);
});
