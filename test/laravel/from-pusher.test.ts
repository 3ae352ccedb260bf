import { expect, test } from "bun:test";
import { Peer } from "../support/peer.ts";
import { skipWhen } from "../support/skip-when.ts";
import { startServer } from "../support/start-server.ts";
import { LaravelApplication } from "./laravel-application.ts";
import { fetchLaravel } from "./laravel-packages.ts";
import { lacksPhpExtension } from "./php-extensions.ts";

const packages = fetchLaravel();
const missing = typeof packages === "string" ? packages : lacksPhpExtension("curl");
const skip = skipWhen(missing !== undefined, `Laravel's connection pusher: ${missing}`);

const SHOP = { id: "shop", key: "shop-key", secret: "shop-secret" };
/** Nothing of Reverb's is configured. */
const NONE = { REVERB_APP_ID: "", REVERB_APP_KEY: "", REVERB_APP_SECRET: "" };

test.skipIf(skip)(
  "an application with Laravel's connection pusher broadcasts to a server that reads PUSHER_…",
  async () => {
    if (typeof packages === "string") return;
    const application = new LaravelApplication(packages, {
      ...NONE,
      BROADCAST_CONNECTION: "pusher",
      PUSHER_APP_ID: SHOP.id,
      PUSHER_APP_KEY: SHOP.key,
      PUSHER_APP_SECRET: SHOP.secret,
      PUSHER_HOST: "127.0.0.1",
      PUSHER_SCHEME: "http",
    });
    await using server = await startServer({
      directory: application.directory,
      args: ["--from", "pusher"],
      env: { REVERB_APP_ID: undefined, REVERB_APP_KEY: undefined, REVERB_APP_SECRET: undefined },
    });
    application.append(".env", `PUSHER_PORT=${server.port}\n`);
    await using peer = await Peer.connect(server, { application: SHOP });
    await peer.subscribed("orders");
    expect(await application.artisan("orders:ship", "7")).toMatchObject({ exitCode: 0 });
    expect(JSON.parse(String((await peer.nextEvent("App\\Events\\OrderShipped")).data))).toMatchObject({
      order: 7,
    });
  },
);
