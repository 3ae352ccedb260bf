import { appendFileSync, cpSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { freePort } from "../support/free-port.ts";
import { forgetProcess, noteProcess } from "../support/leftovers.ts";
import { ProcessOutput } from "../support/process-output.ts";
import { temporaryDirectory } from "../support/start-server.ts";
import { TEST_APPLICATION } from "../support/test-application.ts";
import type { LaravelPackages } from "./laravel-packages.ts";

/** What a command left. */
export interface CommandResult {
  readonly exitCode: number;
  readonly output: string;
}

/** A Laravel application in a folder of its own. */
export class LaravelApplication {
  readonly directory: string = temporaryDirectory();

  /** Lays the application out; `env` is added to its `.env`, a later line for a variable wins. */
  constructor(packages: LaravelPackages, env: Readonly<Record<string, string>> = {}) {
    cpSync(join(import.meta.dir, "application"), this.directory, { recursive: true });
    symlinkSync(packages.vendor, join(this.directory, "vendor"));
    for (
      const folder of [
        "storage/framework/cache/data",
        "storage/framework/views",
        "storage/logs",
        "bootstrap/cache",
        "database",
      ]
    ) {
      mkdirSync(join(this.directory, folder), { recursive: true });
    }
    this.write(".env", environmentFile({ ...defaults(), ...env }));
  }

  write(path: string, text: string): void {
    const file = join(this.directory, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }

  append(path: string, text: string): void {
    appendFileSync(join(this.directory, path), text);
  }

  /** `php artisan …`. */
  async artisan(...command: readonly string[]): Promise<CommandResult> {
    const child = Bun.spawn(["php", "artisan", ...command], {
      cwd: this.directory,
      env: processEnvironment(),
      stdin: "ignore",
      stdout: "pipe",
      stderr: "pipe",
    });
    noteProcess(child.pid, () => child.kill("SIGKILL"));
    const output = await Promise.all([new Response(child.stdout).text(), new Response(child.stderr).text()]);
    const exitCode = await child.exited;
    forgetProcess(child.pid);
    return { exitCode, output: output.join("") };
  }

  /** `php artisan serve`, on a free port. */
  async serve(): Promise<ServedApplication> {
    const port = await freePort();
    const child = Bun.spawn(["php", "-S", `127.0.0.1:${port}`, "public/index.php"], {
      cwd: this.directory,
      env: processEnvironment(),
      stdin: "ignore",
      stdout: "pipe",
      stderr: "pipe",
    });
    noteProcess(child.pid, () => child.kill("SIGKILL"));
    await new ProcessOutput(child.stdout, child.stderr).waitFor(/Development Server .* started/);
    return {
      url: `http://127.0.0.1:${port}`,
      async [Symbol.asyncDispose]() {
        child.kill();
        await child.exited;
        forgetProcess(child.pid);
      },
    };
  }
}

/** The application behind PHP's own web server. */
export interface ServedApplication extends AsyncDisposable {
  readonly url: string;
}

/** Nothing of the developer's shell configures the application. */
function processEnvironment(): Record<string, string> {
  const { PATH = "", HOME = "", TMPDIR = "/tmp" } = process.env;
  return { PATH, HOME, TMPDIR };
}

function defaults(): Readonly<Record<string, string>> {
  return {
    APP_NAME: "Laravel",
    APP_ENV: "local",
    APP_KEY: `base64:${Buffer.alloc(32, 7).toString("base64")}`,
    APP_DEBUG: "true",
    LOG_CHANNEL: "single",
    LOG_DEPRECATIONS_CHANNEL: "null",
    CACHE_STORE: "file",
    QUEUE_CONNECTION: "sync",
    SESSION_DRIVER: "array",
    BROADCAST_CONNECTION: "reverb",
    REVERB_APP_ID: TEST_APPLICATION.id,
    REVERB_APP_KEY: TEST_APPLICATION.key,
    REVERB_APP_SECRET: TEST_APPLICATION.secret,
    REVERB_HOST: "127.0.0.1",
    REVERB_SCHEME: "http",
    REVERB_ENCRYPTION_KEY: Buffer.alloc(32, 1).toString("base64"),
  };
}

function environmentFile(variables: Readonly<Record<string, string>>): string {
  return Object.entries(variables).map(([name, value]) => `${name}="${value}"\n`).join("");
}
