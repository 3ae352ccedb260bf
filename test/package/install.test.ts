import { afterAll, beforeAll, expect, test } from "bun:test";
import { createHash } from "node:crypto";
import { chmodSync, existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { LaravelApplication } from "../laravel/laravel-application.ts";
import { fetchLaravel } from "../laravel/laravel-packages.ts";
import { lacksPhpExtension } from "../laravel/php-extensions.ts";
import { serverCommand } from "../support/server-target.ts";
import { skipWhen } from "../support/skip-when.ts";
import { startServer } from "../support/start-server.ts";
import { requirePackage } from "./install-package.ts";

const packages = fetchLaravel();
const missing = typeof packages === "string" ? packages : lacksPhpExtension("curl", "pcntl");
const skip = skipWhen(missing !== undefined, `php artisan resound:install: ${missing}`);

/** Stands for the executable: 120 MB need not be copied to see what is installed. */
const EXECUTABLE = `#!/bin/sh\nexec ${serverCommand("bun").join(" ")} "$@"\n`;
const SUM = createHash("sha256").update(EXECUTABLE).digest("hex");
const INSTALLED = "storage/resound/resound";

let application: LaravelApplication;
let files: Bun.Server<undefined>;
const asked: string[] = [];

beforeAll(() => {
  if (skip || typeof packages === "string") return;
  application = new LaravelApplication(packages);
  requirePackage(application, packages);
  files = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    fetch(request) {
      asked.push(new URL(request.url).pathname);
      return new Response(request.url.includes("/0.1.0/") ? EXECUTABLE : "gone", {
        status: request.url.includes("/0.1.0/") ? 200 : 404,
      });
    },
  });
});

afterAll(() => void files?.stop(true));

const installed = (): boolean => existsSync(join(application.directory, INSTALLED));

/** `php artisan resound:install` with these lines at the end of .env. */
async function install(
  lines: string,
  ...args: readonly string[]
): Promise<{ exitCode: number; output: string }> {
  const env = readFileSync(join(application.directory, ".env"), "utf8");
  application.append(".env", lines);
  const { exitCode, output } = await application.artisan("resound:install", "--no-interaction", ...args);
  application.write(".env", env);
  // Laravel breaks long lines.
  return { exitCode, output: output.replaceAll(/\s+/g, " ") };
}

test.skipIf(skip)("nothing is fetched without an address, a sum of its own, and the right one", async () => {
  const address = `RESOUND_URL="http://127.0.0.1:${files.port}/{version}/{file}"\n`;
  const attempts: readonly (readonly [lines: string, message: string])[] = [
    ["", "No address to fetch the executable from is configured"],
    [address, "has no SHA-256 sum of resound-linux-"],
    [`${address}RESOUND_SHA256=abc\n`, "it must be 64 digits in hex"],
    [`${address}RESOUND_SHA256=${"0".repeat(64)}\n`, "has the wrong SHA-256 sum"],
    [`${address}RESOUND_SHA256=${SUM}\nRESOUND_VERSION=0.9.9\n`, "it answered 404"],
    [`${address}RESOUND_SHA256=${SUM}\nRESOUND_VERSION=../0.1.0\n`, "is no version"],
  ];
  for (const [lines, message] of attempts) {
    const { exitCode, output } = await install(lines);
    expect(output).toContain(message);
    expect(exitCode).toBe(1);
    expect(installed()).toBe(false);
  }
  expect(asked).toHaveLength(2);
});

test.skipIf(skip)("a download with the right sum is installed, once", async () => {
  const address = `RESOUND_URL="http://127.0.0.1:${files.port}/{version}/{file}"\nRESOUND_SHA256=${SUM}\n`;
  expect(await install(address)).toMatchObject({
    exitCode: 0,
    output: expect.stringContaining("Installed resound 0."),
  });
  expect(asked.at(-1)).toMatch(/^\/0\.1\.0\/resound-linux-(x64|arm64)/);
  expect(await install(address)).toMatchObject({ exitCode: 0, output: expect.stringContaining("is there") });
  expect(asked).toHaveLength(3);
  expect(readFileSync(join(application.directory, "storage/resound/.gitignore"), "utf8")).toBe(
    "*\n!.gitignore\n",
  );
});

test.skipIf(skip)("a fresh application has all for its first event after two commands", async () => {
  if (typeof packages === "string") return;
  const fresh = new LaravelApplication(packages);
  requirePackage(fresh, packages);
  const key = `base64:${Buffer.alloc(32, 7).toString("base64")}`;
  fresh.write(
    ".env",
    `APP_KEY=${key}\nBROADCAST_CONNECTION=log\nREVERB_ENCRYPTION_KEY=${key.slice("base64:".length)}\n`,
  );
  rmSync(join(fresh.directory, "routes/channels.php"));
  fresh.write("given/resound", EXECUTABLE);
  chmodSync(join(fresh.directory, "given/resound"), 0o644);
  const { exitCode, output } = await fresh.artisan(
    "resound:install",
    "--binary=given/resound",
    "--without-node",
    "--no-interaction",
  );
  expect({ exitCode, output: exitCode === 0 ? "" : output }).toEqual({ exitCode: 0, output: "" });
  const env = readFileSync(join(fresh.directory, ".env"), "utf8");
  expect(env).toContain("BROADCAST_CONNECTION=reverb\n");
  expect(env).toMatch(/^VITE_REVERB_APP_KEY=/m);
  expect(readFileSync(join(fresh.directory, "resources/js/echo.js"), "utf8")).toContain(
    "broadcaster: 'reverb'",
  );
  expect(existsSync(join(fresh.directory, "routes/channels.php"))).toBe(true);
  await using server = await startServer({
    directory: fresh.directory,
    command: ["php", "artisan", "reverb:start"],
  });
  expect(server.output.text()).toContain("Configured by .env, config/reverb.php");
});
