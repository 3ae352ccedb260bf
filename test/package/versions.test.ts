import { expect, test } from "bun:test";
import { LaravelApplication } from "../laravel/laravel-application.ts";
import { fetchLaravelVersion } from "../laravel/laravel-packages.ts";
import { lacksPhpExtension } from "../laravel/php-extensions.ts";
import { serverCommand } from "../support/server-target.ts";
import { skipWhen } from "../support/skip-when.ts";
import { connect } from "../support/socket-client.ts";
import { startServer } from "../support/start-server.ts";
import { requirePackage } from "./install-package.ts";

// All other tests run on Laravel 12.
for (const version of [11, 13]) {
  const packages = fetchLaravelVersion(version);
  const missing = typeof packages === "string" ? packages : lacksPhpExtension("curl", "pcntl");
  const skip = skipWhen(missing !== undefined, `the package on Laravel ${version}: ${missing}`);

  test.skipIf(skip)(`on Laravel ${version} the server starts, and an event arrives`, async () => {
    if (typeof packages === "string") return;
    const application = new LaravelApplication(packages, { RESOUND_WEBHOOKS: "true" });
    requirePackage(application, packages);
    application.write("storage/resound/given", `#!/bin/sh\nexec ${serverCommand("bun").join(" ")} "$@"\n`);
    const installed = await application.artisan("resound:install", "--binary=storage/resound/given");
    expect({ exitCode: installed.exitCode, output: installed.exitCode === 0 ? "" : installed.output })
      .toEqual({ exitCode: 0, output: "" });
    const { output } = await application.artisan("route:list", "--json");
    expect(output).toContain("resound.webhooks");
    await using server = await startServer({
      directory: application.directory,
      command: ["php", "artisan", "reverb:start"],
    });
    application.append(".env", `REVERB_PORT=${server.port}\n`);
    await using client = await connect(server);
    await client.established();
    client.send({ event: "pusher:subscribe", data: { channel: "orders" } });
    await client.next();
    expect(await application.artisan("orders:ship", "7")).toMatchObject({ exitCode: 0 });
    expect(await client.nextEvent("App\\Events\\OrderShipped")).toMatchObject({ channel: "orders" });
  });
}
