import { expect, test } from "bun:test";
import { join } from "node:path";
import { EventLog } from "../support/event-log.ts";
import { connectPusher, serverSdk } from "../support/client-libraries.ts";
import { startAuthEndpoint } from "../support/auth-endpoint.ts";
import { skipWhen } from "../support/skip-when.ts";
import { startServer } from "../support/start-server.ts";
import { TEST_APPLICATION } from "../support/test-application.ts";
import { fetchLaravel } from "./laravel-packages.ts";
import { lacksPhpExtension } from "./php-extensions.ts";

const packages = fetchLaravel();
const missing = typeof packages === "string" ? packages : lacksPhpExtension("curl");
const skip = skipWhen(missing !== undefined, `pusher/pusher-php-server 7: ${missing}`);

test.skipIf(skip)(
  "version 7 of Pusher's PHP library publishes, asks, terminates, and is refused with a wrong secret",
  async () => {
    if (typeof packages === "string") return;
    await using server = await startServer();
    using auth = startAuthEndpoint(serverSdk(server));
    using client = await connectPusher(server, { auth, user: { id: "7" } });
    const log = EventLog.of(client.pusher.subscribe("orders"));
    const room = EventLog.of(client.pusher.subscribe("presence-room"));
    await log.nextOf("pusher:subscription_succeeded");
    await room.nextOf("pusher:subscription_succeeded");
    client.pusher.signin();
    await client.pusher.user.signinDonePromise;
    const user = EventLog.of(client.pusher.user), connection = EventLog.of(client.pusher.connection);

    const { id, key, secret } = TEST_APPLICATION;
    const script = join(import.meta.dir, "current-library.php");
    const child = Bun.spawn(
      ["php", script, packages.vendor, String(server.port), id, key, secret],
      { stdin: "ignore", stdout: "pipe", stderr: "pipe" },
    );
    const output = await new Response(child.stdout).text();
    expect([await child.exited, await new Response(child.stderr).text()]).toEqual([0, ""]);
    const refusal = { status: 401, text: expect.stringContaining("Authentication signature invalid") };
    expect(JSON.parse(output)).toEqual({
      trigger: {},
      info: { channels: { orders: { subscription_count: 1 }, "presence-room": { user_count: 1 } } },
      batch: {},
      "batch with info": { batch: [{ subscription_count: 1 }, {}, {}] },
      "batch without subscribers": { batch: [{}] },
      async: {},
      "to user": {},
      forged: refusal,
      channels: { channels: { "presence-room": { user_count: 1 } } },
      "no channels": { channels: [] },
      all: { channels: { orders: {}, "presence-room": {} } },
      channel: { occupied: true, user_count: 1 },
      "vacant channel": { occupied: false },
      "several attributes": { occupied: true, subscription_count: 1 },
      users: { users: [{ id: "7" }] },
      "users of no presence channel": { status: 400, text: expect.any(String) },
      connections: { connections: 1 },
      "as array": { connections: 1 },
      terminate: {},
      "terminate unknown": {},
    });
    expect(await log.next()).toEqual({ name: "shipped", data: { n: 1 } });
    expect(await log.next()).toEqual({ name: "shipped", data: "text" });
    expect(await log.next()).toEqual({ name: "batched", data: { n: 2 } });
    expect(await log.next()).toEqual({ name: "batched", data: { n: 2 } });
    expect(await log.next()).toEqual({ name: "later", data: { n: 3 } });
    expect(await room.nextOf("batched")).toEqual("y");
    expect(await user.nextOf("greeting")).toEqual({ hello: "Ann" });
    await connection.nextOf("disconnected");
  },
);
