import { beforeAll, expect, test } from "bun:test";
import { appendFileSync, chmodSync, cpSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { serverCommand } from "../support/server-target.ts";
import { skipWhen } from "../support/skip-when.ts";
import { connect } from "../support/socket-client.ts";
import { type RunningServer, startServer, temporaryDirectory } from "../support/start-server.ts";
import { requirePackage } from "./install-package.ts";
import { LaravelApplication } from "../laravel/laravel-application.ts";
import { fetchLaravel, type LaravelPackages } from "../laravel/laravel-packages.ts";
import { lacksPhpExtension } from "../laravel/php-extensions.ts";

const packages = fetchLaravel();
const missing = typeof packages === "string" ? packages : lacksPhpExtension("curl", "pcntl");
const skip = skipWhen(missing !== undefined, `the package resound/laravel: ${missing}`);

/** Takes single functions from PHP, as hosts do. */
const WITHOUT_EXEC = "pcntl_exec";
const WITHOUT_SIGNALS = "pcntl_exec,pcntl_signal,pcntl_async_signals";

let application: LaravelApplication;

beforeAll(() => {
  if (skip || typeof packages === "string") return;
  application = new LaravelApplication(packages);
  requirePackage(application, packages);
  const executable = join(application.directory, "storage/resound/resound");
  application.write("storage/resound/resound", `#!/bin/sh\nexec ${serverCommand("bun").join(" ")} "$@"\n`);
  chmodSync(executable, 0o755);
});

/** `php artisan reverb:start` with Reverb's options, on a free port. */
async function start(disabled = "", ...args: readonly string[]): Promise<RunningServer> {
  return await startServer({
    directory: application.directory,
    command: ["php", "-d", `disable_functions=${disabled}`, "artisan", "reverb:start"],
    args,
  });
}

test.skipIf(skip)(
  "reverb:start becomes the server, which gets the signals of the process manager",
  async () => {
    const server = await start("", "--debug", "--path=/ws");
    expect(commandLine(server.pid)).toContain(`\0start\0--laravel=${server.directory}\0`);
    const address = ["--path=/ws", "--host=127.0.0.1", `--port=${server.port}`];
    expect(await application.artisan("resound:health", ...address)).toMatchObject({ exitCode: 0 });
    expect(await server.stop()).toBe(0);
  },
);

test.skipIf(skip)("the server follows .env, whose variables PHP has put into the environment", async () => {
  await using server = await start();
  application.append(".env", "REVERB_APP_KEY=another-key\n");
  expect(await application.artisan("reverb:reload")).toMatchObject({ exitCode: 0 });
  await using client = await connect(server, { key: "another-key" });
  await client.established();
  const { output } = await application.artisan("resound:config", "--json");
  expect(output).toContain('"another-key"');
});

test.skipIf(skip)("resound:restart restarts the server of this application", async () => {
  const server = await start();
  expect(await application.artisan("resound:restart")).toMatchObject({ exitCode: 0 });
  // The first process stays as the parent of the one that serves now.
  expect(await server.stop()).toBe(0);
});

test.skipIf(skip)(
  "a restart behind a link such as current reads the release that it leads to by then",
  async () => {
    const releases = [application.directory, temporaryDirectory()] as const,
      current = `${releases[1]}-current`;
    cpSync(releases[0], releases[1], {
      recursive: true,
      filter: (path) => !/\/(?:vendor|storage)(?:\/|$)/.test(path.slice(releases[0].length)),
    });
    for (const shared of ["vendor", "storage"]) {
      symlinkSync(
        join(releases[0], shared),
        join(releases[1], shared),
      );
    }
    appendFileSync(join(releases[1], ".env"), "REVERB_APP_KEY=key-of-the-new-release\n");
    symlinkSync(releases[0], current);
    await using server = await startServer({
      directory: "/",
      command: ["php", `${current}/artisan`, "reverb:start"],
      env: { REVERB_APP_ID: undefined, REVERB_APP_KEY: undefined, REVERB_APP_SECRET: undefined },
    });
    rmSync(current);
    symlinkSync(releases[1], current);
    const restart = Bun.spawnSync(["php", `${current}/artisan`, "resound:restart"], { cwd: "/" });
    rmSync(current);
    expect({ code: restart.exitCode, output: restart.stderr.toString() }).toEqual({ code: 0, output: "" });
    await using client = await connect(server, { key: "key-of-the-new-release" });
    await client.established();
  },
);

test.skipIf(skip).each(["SIGTERM", "SIGINT"] as const)(
  "without pcntl_exec the server is a child that gets %s",
  async (signal) => {
    const server = await start(WITHOUT_EXEC);
    expect(commandLine(server.pid)).toContain("\0artisan\0reverb:start");
    expect(await server.kill(signal)).toBe(0);
    await server.output.waitFor("Stopp");
  },
);

test.skipIf(skip)("without pcntl the server ends with the PHP process", async () => {
  const server = await start(WITHOUT_SIGNALS);
  await server.kill("SIGKILL");
  await server.output.waitFor(/Stopped/);
  await server.output.ended;
});

test.skipIf(skip)("config:cache keeps what the package and the server need", async () => {
  application.append(".env", "RESOUND_WEBHOOKS=true\n");
  const settings = async (): Promise<string> =>
    (await application.artisan("config:as-json", "resound")).output;
  const before = await settings();
  expect(JSON.parse(before)).toMatchObject({ reverb_start: "resound", webhooks: { enabled: true } });
  expect(await application.artisan("config:cache")).toMatchObject({ exitCode: 0 });
  expect(await settings()).toBe(before);
  const server = await start();
  expect(server.output.text()).toContain("Configured by bootstrap/cache/config.php, .env");
  expect(await server.stop()).toBe(0);
  expect(await application.artisan("config:clear")).toMatchObject({ exitCode: 0 });
});

test.skipIf(skip)("without an executable the commands say where it was looked for", async () => {
  const bare = new LaravelApplication(packages as LaravelPackages, { RESOUND_BINARY: "bin/resound" });
  rmSync(join(bare.directory, "vendor"));
  symlinkSync(join(application.directory, "vendor"), join(bare.directory, "vendor"));
  const { exitCode, output } = await bare.artisan("reverb:start");
  expect(exitCode).toBe(1);
  expect(output).toContain("bin/resound, which is no file that can be run");
  expect(output).toContain("php artisan resound:install");
});

function commandLine(pid: number): string {
  return readFileSync(`/proc/${pid}/cmdline`, "utf8");
}
