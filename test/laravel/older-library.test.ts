import { expect, test } from "bun:test";
import { join } from "node:path";
import PusherServer from "pusher";
import { EventLog } from "../support/event-log.ts";
import { connectPusher, serverSdk } from "../support/client-libraries.ts";
import { startAuthEndpoint } from "../support/auth-endpoint.ts";
import { skipWhen } from "../support/skip-when.ts";
import { startServer } from "../support/start-server.ts";
import { TEST_APPLICATION } from "../support/test-application.ts";
import { fetchOlderLibrary } from "./laravel-packages.ts";
import { lacksPhpExtension } from "./php-extensions.ts";

const packages = fetchOlderLibrary();
const missing = typeof packages === "string" ? packages : lacksPhpExtension("curl");
const skip = skipWhen(missing !== undefined, `pusher/pusher-php-server 4: ${missing}`);

test.skipIf(skip)(
  "version 4 of Pusher's PHP library publishes, asks, and is refused with a wrong secret",
  async () => {
    if (typeof packages === "string") return;
    await using server = await startServer();
    const sdk: PusherServer = serverSdk(server);
    using auth = startAuthEndpoint(sdk);
    using client = await connectPusher(server, { auth, user: { id: "7" } });
    const log = EventLog.of(client.pusher.subscribe("orders"));
    const room = EventLog.of(client.pusher.subscribe("presence-room"));
    await log.nextOf("pusher:subscription_succeeded");
    await room.nextOf("pusher:subscription_succeeded");

    const { id, key, secret } = TEST_APPLICATION;
    const script = join(import.meta.dir, "older-library.php");
    const child = Bun.spawn(
      // The library is older than PHP 8.2 and uses what that deprecates.
      ["php", "-d", "error_reporting=24575", script, packages.vendor, String(server.port), id, key, secret],
      { stdin: "ignore", stdout: "pipe", stderr: "pipe" },
    );
    const output = await new Response(child.stdout).text();
    expect(await child.exited).toBe(0);
    expect(JSON.parse(output)).toEqual({
      trigger: true,
      except: true,
      batch: true,
      forged: 401,
      channel: { occupied: true, user_count: 1 },
      channels: { channels: { "presence-room": expect.anything() } },
      users: { users: [{ id: "7" }] },
      connections: { connections: 1 },
    });
    expect(await log.next()).toEqual({ name: "shipped", data: { n: 1 } });
    expect(await log.next()).toEqual({ name: "shipped", data: "text" });
    expect(await log.next()).toEqual({ name: "batched", data: { n: 2 } });
    expect(await room.next()).toEqual({ name: "shipped", data: { n: 1 } });
  },
);
