import { expect, test } from "bun:test";
import { utimesSync } from "node:fs";
import { join } from "node:path";
import type { Config } from "../../src/config/config.ts";
import { loadConfig } from "../../src/config/load-config.ts";
import { skipWhen } from "../support/skip-when.ts";
import { connect } from "../support/socket-client.ts";
import { startServer } from "../support/start-server.ts";
import { TEST_APPLICATION } from "../support/test-application.ts";
import { LaravelApplication } from "./laravel-application.ts";
import { fetchLaravel } from "./laravel-packages.ts";

const packages = fetchLaravel();
const skip = skipWhen(typeof packages === "string", `Laravel's cached configuration: ${String(packages)}`);

const CACHE = "bootstrap/cache/config.php";

function load({ directory }: LaravelApplication): Config {
  return loadConfig({ directory, processEnvironment: { REVERB_PULSE_ENABLED: "true" } });
}

/** Runs a command that has to succeed. */
async function artisan(application: LaravelApplication, command: string): Promise<void> {
  const { exitCode, output } = await application.artisan(command);
  expect({ exitCode, output: exitCode === 0 ? "" : output }).toEqual({ exitCode: 0, output: "" });
}

/** Gives a file the time of the far past or future: files of one run may have one time. */
function age({ directory }: LaravelApplication, path: string, year: number): void {
  const time = new Date(year, 0);
  utimesSync(join(directory, path), time, time);
}

test.skipIf(skip).each(["file", "redis", "database"])(
  "a configuration that Laravel has cached means what its files mean, with the cache store %s",
  async (store) => {
    if (typeof packages === "string") return;
    const application = new LaravelApplication(packages, {
      APP_NAME: "Größe & Co's",
      CACHE_STORE: store,
      DB_CONNECTION: "mariadb",
      DB_HOST: "db.test",
      REDIS_HOST: "redis.test",
      REDIS_PASSWORD: "p'\\\\w",
      REVERB_SERVER_PORT: "7001",
      REVERB_SCALING_ENABLED: "true",
      REVERB_APP_MAX_CONNECTIONS: "77",
      REVERB_METRICS_PORT: "9100",
    });
    const before = load(application);
    await artisan(application, "config:cache");
    const { files, cachedConfig, warnings, ...after } = load(application);
    expect({ files, cachedConfig, warnings }).toEqual({
      files: [CACHE, ".env"],
      cachedConfig: CACHE,
      warnings: [],
    });
    const { files: _, cachedConfig: __, warnings: ___, ...expected } = before;
    expect(after).toEqual(expected);
    expect(after.server.metricsPort).toBe(9100);
  },
);

test.skipIf(skip)(
  "what is changed after the cache was written counts when it is written again or gone",
  async () => {
    if (typeof packages === "string") return;
    const application = new LaravelApplication(packages);
    await artisan(application, "config:cache");
    application.append(".env", "REVERB_APP_MAX_CONNECTIONS=5\n");
    age(application, ".env", 2100);
    const stale = load(application);
    expect(stale.applications[0]?.maxConnections).toBeUndefined();
    expect(stale.warnings).toEqual([expect.stringContaining(`.env is newer than ${CACHE}`)]);
    age(application, ".env", 2000);
    await artisan(application, "config:cache");
    expect(load(application)).toMatchObject({ applications: [{ maxConnections: 5 }], warnings: [] });
    application.append(".env", "REVERB_APP_MAX_CONNECTIONS=6\n");
    await artisan(application, "config:clear");
    expect(load(application)).toMatchObject({
      applications: [{ maxConnections: 6 }],
      cachedConfig: undefined,
    });
  },
);

test.skipIf(skip)(
  "PHP signs with the cached secret, and so do we until it is cached anew and reloaded",
  async () => {
    if (typeof packages === "string") return;
    const application = new LaravelApplication(packages);
    await artisan(application, "config:cache");
    application.append(".env", "REVERB_APP_SECRET=another\n");
    await using server = await startServer({ directory: application.directory });
    await server.output.waitFor(`Configured by ${CACHE}, .env`);
    await using client = await connect(server, { key: TEST_APPLICATION.key });
    await client.established();
  },
);
