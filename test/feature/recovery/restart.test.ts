import { expect, test } from "bun:test";
import { mkdirSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ApiClient, type ApiResponse } from "../../support/api-client.ts";
import { succeeded } from "../../support/frames.ts";
import { ReturningPeer } from "../../support/returning-peer.ts";
import { HAS_REDIS, NO_REDIS, startRedis } from "../../support/redis-server.ts";
import { runResound } from "../../support/run-resound.ts";
import { serverTarget } from "../../support/server-target.ts";
import { skipWhen } from "../../support/skip-when.ts";
import { type RunningServer, startServer, temporaryDirectory } from "../../support/start-server.ts";
import { appendEvent } from "../../support/stream-entries.ts";

const once = skipWhen(serverTarget() !== "bun", "recovery over a restart: tested on Bun alone");

const event = (channel: string, number: number): string =>
  `{"event":"n","data":"${number}","channel":"${channel}"}`;

/** A server of a folder. */
function start(directory: string): Promise<RunningServer> {
  return startServer({
    directory,
    env: {
      REVERB_APP_RECOVERY_ENABLED: "true",
      REVERB_APP_RECOVERY_HISTORY: "*",
    },
  });
}

/** Paths of the files that a server has left below a folder for the next. */
function spooled(directory: string): string[] {
  return readdirSync(directory, { recursive: true, encoding: "utf8" }).filter((path) =>
    path.endsWith(".recovery")
  )
    .map((path) => join(directory, path));
}

test.skipIf(once)("clients of a server that is stopped and started again go on where they were", async () => {
  const directory = temporaryDirectory();
  // Laravel's folder, in which files for the next server are left.
  mkdirSync(join(directory, "storage/framework/cache"), { recursive: true });
  let server = await start(directory);
  let api = new ApiClient(server);
  using away = await ReturningPeer.connect(server);
  await away.subscribed("news");
  away.cut();
  using first = await ReturningPeer.connect(server);
  await first.subscribed("news");
  await api.post("/events", { name: "n", channels: ["news"], data: "1" });
  expect(await first.next()).toBe(event("news", 1));
  await first.acknowledge();
  const history = await api.get("/channels/news/history");
  const { position } = history.json() as { position: string };
  expect(await server.stop()).toBe(0);
  const [file] = spooled(directory);
  expect(statSync(file!).mode & 0o777).toBe(0o600);

  server = await start(directory);
  api = new ApiClient(server);
  expect(spooled(directory)).toEqual([]);
  await api.post("/events", { name: "n", channels: ["news"], data: "2" });
  using second = await ReturningPeer.connect(server, { jar: first.jar });
  second.subscribe("news");
  expect(await second.take(2)).toEqual([succeeded("news"), event("news", 2)]);
  using back = await ReturningPeer.connect(server, { jar: away.jar });
  back.subscribe("news");
  expect(await back.take(3)).toEqual([succeeded("news"), event("news", 1), event("news", 2)]);
  const after = (await api.get("/channels/news/history", { since: position })).json() as {
    readonly events: { readonly data: string }[];
    readonly complete: boolean;
  };
  expect([after.events.map(({ data }) => data), after.complete]).toEqual([["2"], true]);
  await server.stop();

  writeFileSync(spooled(directory)[0]!, '{"version":1,"applications":[["app-id",{"epoch":');
  server = await start(directory);
  await server.output.waitFor(/is damaged, and is now at .*damaged/);
  using third = await ReturningPeer.connect(server, { jar: second.jar });
  third.subscribe("news");
  expect((await third.take(2))[1]).toBe(
    '{"event":"resound:gap","data":"{\\"reason\\":\\"unknown\\"}","channel":"news"}',
  );
  await server.stop();
});

test.skipIf(once)("clients that a handover moves to the next process go on where they were", async () => {
  await using server = await startServer({
    env: { REVERB_APP_RECOVERY_ENABLED: "true", REVERB_DRAIN_SECONDS: "0.2" },
  });
  const api = new ApiClient(server);
  using away = await ReturningPeer.connect(server);
  await away.subscribed("news");
  using first = await ReturningPeer.connect(server);
  await first.subscribed("news");
  // Each on a connection of its own: the process that is replaced closes those that are kept.
  const post = (data: string): Promise<ApiResponse> =>
    api.post("/events", { name: "n", channels: ["news"], data }, { headers: { Connection: "close" } });
  await post("1");
  expect(await first.next()).toBe(event("news", 1));
  await first.acknowledge();
  // It reads and answers nothing, so that the event is still on its way to it.
  const { code } = await runResound(["restart", "--laravel", server.directory]);
  expect(code).toBe(0);
  await expect(first.events("none", 1)).rejects.toThrow("4200");
  expect((await post("2")).status).toBe(200);
  using second = await ReturningPeer.connect(server, { jar: first.jar });
  second.subscribe("news");
  expect(await second.take(2)).toEqual([succeeded("news"), event("news", 2)]);
  using back = await ReturningPeer.connect(server, { jar: away.jar });
  back.subscribe("news");
  expect(await back.take(3)).toEqual([succeeded("news"), event("news", 1), event("news", 2)]);
});

test.skipIf(once || skipWhen(!HAS_REDIS, NO_REDIS))(
  "a client gets all events of a Redis Stream in order, over a handover in the middle of it",
  async () => {
    await using redis = await startRedis();
    await using server = await startServer({
      env: {
        ...redis.env,
        ...{
          REVERB_APP_RECOVERY_ENABLED: "true",
          REVERB_STREAM_ENABLED: "true",
          REVERB_SCALING_COMMAND_TIMEOUT: "20",
          REVERB_DRAIN_SECONDS: "0.2",
        },
      },
    });
    await server.output.waitFor(/Reads the event streams/);
    let client = await ReturningPeer.connect(server), isRestarted = false, sent = 0;
    await client.subscribed("news");
    const sending = async (): Promise<void> => {
      while (!isRestarted || sent < 300) {
        await appendEvent(redis, { name: "n", data: String(sent++), channel: "news" }, { stream: 3 });
        // With a pause, since Redis is quicker than a restart.
        await Bun.sleep(2);
      }
      await appendEvent(redis, { name: "n", data: "end", channel: "news" }, { stream: 3 });
    };
    const restarting = runResound(["restart", "--laravel", server.directory]).then(({ code }) => {
      isRestarted = true;
      return code;
    });
    const sends = sending(), received: string[] = [];
    let returns = 0;
    while (received.at(-1) !== "end") {
      try {
        received.push(String((await client.events("n", 1))[0]));
      } catch (error) {
        if (!String(error).includes("Closed: 4200")) throw error;
        returns++;
        client = await ReturningPeer.connect(server, { jar: client.jar });
        client.subscribe("news");
      }
    }
    client[Symbol.dispose]();
    await sends;
    expect([await restarting, returns]).toEqual([0, 1]);
    expect(received.pop()).toBe("end");
    const numbers = received.map(Number);
    // What had arrived and was not acknowledged comes again behind the return, and nothing else does.
    const backs = numbers.filter((number, index) => index > 0 && number <= numbers[index - 1]!);
    expect(backs.length).toBeLessThanOrEqual(returns);
    expect([...new Set(numbers)]).toEqual(Array.from({ length: sent }, (_, number) => number));
  },
);
