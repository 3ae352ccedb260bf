import { afterAll, beforeAll, expect, test } from "bun:test";
import { createHash } from "node:crypto";
import { chmodSync, existsSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { noBrowser, openBrowser } from "../browser/chromium.ts";
import { LaravelApplication } from "../laravel/laravel-application.ts";
import { fetchLaravel } from "../laravel/laravel-packages.ts";
import { lacksPhpExtension } from "../laravel/php-extensions.ts";
import { ROOT, serverCommand } from "../support/server-target.ts";
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

const noEvent = skip || skipWhen(noBrowser !== undefined, `a first event in Chromium: ${noBrowser}`);
test.skipIf(noEvent)(
  "after two commands a fresh application's first event is seen in a browser",
  async () => {
    if (typeof packages === "string") return;
    const fresh = new LaravelApplication(packages);
    requirePackage(fresh, packages);
    const key = `base64:${Buffer.alloc(32, 7).toString("base64")}`;
    fresh.write(
      ".env",
      `APP_KEY=${key}\nQUEUE_CONNECTION=sync\nBROADCAST_CONNECTION=log\n` +
        `REVERB_ENCRYPTION_KEY=${key.slice("base64:".length)}\n`,
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
    expect(existsSync(join(fresh.directory, "routes/channels.php"))).toBe(true);

    await using server = await startServer({
      directory: fresh.directory,
      command: ["php", "artisan", "reverb:start"],
    });
    expect(server.output.text()).toContain("Configured by .env, config/reverb.php");
    fresh.append(".env", `REVERB_HOST=127.0.0.1\nREVERB_PORT=${server.port}\n`);
    using page = await servePage(fresh, server.port);
    await using browser = await openBrowser();
    await browser.page.goto(page.url.href);
    await browser.page.waitForFunction("Echo.connector.pusher.channel('orders').subscribed");
    expect(await fresh.artisan("orders:ship", "7")).toMatchObject({ exitCode: 0 });
    await browser.page.waitForFunction("document.title === 'order 7'");
    expect(browser.complaints).toEqual([]);
  },
);

/** Serves a page with the echo.js that was installed, built as Vite builds it: with the variables of .env in it. */
async function servePage(
  application: LaravelApplication,
  port: number,
): Promise<Bun.Server<undefined>> {
  const env = readFileSync(join(application.directory, ".env"), "utf8");
  const variables = {
    APP_KEY: /^REVERB_APP_KEY=(.*)$/m.exec(env)?.[1],
    HOST: "127.0.0.1",
    PORT: String(port),
    SCHEME: "http",
  };
  symlinkSync(join(ROOT, "node_modules"), join(application.directory, "node_modules"));
  application.write(
    "resources/js/page.js",
    "import './echo';\nEcho.channel('orders').listen('OrderShipped', (event) => document.title = `order ${event.order}`);",
  );
  const { outputs: [script] } = await Bun.build({
    entrypoints: [join(application.directory, "resources/js/page.js")],
    target: "browser",
    define: Object.fromEntries(
      Object.entries(variables).map(([name, value]) => [
        `import.meta.env.VITE_REVERB_${name}`,
        JSON.stringify(value),
      ]),
    ),
  });
  return Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    fetch: (request) =>
      request.url.endsWith("/page.js")
        ? new Response(script, { headers: { "Content-Type": "text/javascript" } })
        : new Response(
          '<!doctype html><link rel="icon" href="data:,"><script type="module" src="/page.js"></script>',
          { headers: { "Content-Type": "text/html" } },
        ),
  });
}
