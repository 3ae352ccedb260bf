import { afterAll, expect, test } from "bun:test";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { ApiClient } from "../../support/api-client.ts";
import { ApplicationAddress } from "../../support/application-address.ts";
import { succeeded } from "../../support/frames.ts";
import { ReturningPeer } from "../../support/returning-peer.ts";
import { runResound } from "../../support/run-resound.ts";
import { serverTarget } from "../../support/server-target.ts";
import { skipWhen } from "../../support/skip-when.ts";
import { startServer, temporaryDirectory } from "../../support/start-server.ts";
import { TEST_APPLICATION } from "../../support/test-application.ts";

const once = skipWhen(
  serverTarget() !== "bun",
  "applications from a source over a restart: tested on Bun alone",
);
const address = new ApplicationAddress(), { id, key, secret } = TEST_APPLICATION;
address.add(id, { key, secret, recovery: { enabled: true } });
afterAll(() => address[Symbol.asyncDispose]());
const env = { ...address.env, REVERB_APPS_WAIT_SECONDS: "20", REVERB_DRAIN_SECONDS: "0.2" };

/** For calls before and after the server's process is another one: a connection that was kept would end with the first one. */
const ONCE = { headers: { Connection: "close" } };

const event = (number: number): string => `{"event":"n","data":"${number}","channel":"news"}`;

test.skipIf(once)(
  "what a stopped server has left finds its applications when the next one looks them up",
  async () => {
    const directory = temporaryDirectory();
    mkdirSync(join(directory, "storage/framework/cache"), { recursive: true });
    const before = await startServer({ directory, env });
    using first = await ReturningPeer.connect(before);
    await first.subscribed("news");
    await new ApiClient(before).post("/events", { name: "n", channels: ["news"], data: "1" }, ONCE);
    expect(await first.next()).toBe(event(1));
    await first.acknowledge();
    // Only now the server has read the acknowledgement.
    await first.roundTrip();
    expect(await before.stop()).toBe(0);

    await using server = await startServer({ directory, env });
    await new ApiClient(server).post("/events", { name: "n", channels: ["news"], data: "2" }, ONCE);
    using second = await ReturningPeer.connect(server, { jar: first.jar });
    second.subscribe("news");
    expect(await second.take(2)).toEqual([succeeded("news"), event(2)]);
  },
);

test.skipIf(once)(
  "clients that a handover moves go on where they were: the next process knows their applications",
  async () => {
    await using server = await startServer({ env });
    const api = new ApiClient(server);
    using away = await ReturningPeer.connect(server);
    await away.subscribed("news");
    using first = await ReturningPeer.connect(server);
    await first.subscribed("news");
    await api.post("/events", { name: "n", channels: ["news"], data: "1" }, ONCE);
    expect(await first.next()).toBe(event(1));
    await first.acknowledge();
    // Only now the server has read the acknowledgement.
    await first.roundTrip();
    expect((await runResound(["restart", "--laravel", server.directory])).code).toBe(0);
    await expect(first.events("none", 1)).rejects.toThrow("4200");
    await api.post("/events", { name: "n", channels: ["news"], data: "2" }, ONCE);
    using second = await ReturningPeer.connect(server, { jar: first.jar });
    second.subscribe("news");
    expect(await second.take(2)).toEqual([succeeded("news"), event(2)]);
    using back = await ReturningPeer.connect(server, { jar: away.jar });
    back.subscribe("news");
    expect(await back.take(3)).toEqual([succeeded("news"), event(1), event(2)]);
  },
);
