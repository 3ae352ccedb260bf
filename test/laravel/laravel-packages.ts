import { Database } from "bun:sqlite";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";

/** Composer packages that an application of the tests may use. */
export interface LaravelPackages {
  /** The vendor folder, shared by all applications. */
  readonly vendor: string;
  /** Installed packages with their versions. */
  readonly versions: ReadonlyMap<string, string>;
}

/** Milliseconds for Composer to find and fetch everything. */
const PATIENCE = 75_000;

/** What an application would have. */
const CURRENT = {
  require: {
    "laravel/framework": "^12.0",
    "laravel/reverb": "^1.0",
    "laravel/pulse": "^1.0",
    "pusher/pusher-php-server": "^7.2",
  },
};

/** For a registry that lacks Reverb and Pulse: their tests are skipped, all others need no more than this. */
const FRAMEWORK_AND_LIBRARY = {
  require: { "laravel/framework": "^12.0", "pusher/pusher-php-server": "^7.2" },
};

/** Pusher's library as Laravel 5 to 8 had it. */
const OLDER_LIBRARY = { require: { "pusher/pusher-php-server": "^4.1.5" } };

/**
 * Fetches Laravel once for all runs on this machine: into the user's cache folder. Returns the reason where that is not possible; a
 * set that the registry does not have is remembered for the day.
 */
export function fetchLaravel(): LaravelPackages | string {
  return fetchFirstOf([CURRENT, FRAMEWORK_AND_LIBRARY]);
}

/** Fetches another version of Laravel, in the same way: for the Composer package, which is for several. */
export function fetchLaravelVersion(version: number): LaravelPackages | string {
  return fetchFirstOf([{
    require: { "laravel/framework": `^${version}.0`, "pusher/pusher-php-server": "^7.2" },
  }]);
}

/** Fetches version 4 of Pusher's library, in the same way. */
export function fetchOlderLibrary(): LaravelPackages | string {
  return fetchFirstOf([OLDER_LIBRARY]);
}

function fetchFirstOf(sets: readonly object[]): LaravelPackages | string {
  for (const program of ["php", "composer"]) {
    if (Bun.which(program) === null) return `${program} is not installed`;
  }
  const cache = join(process.env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache"), "resound-tests");
  mkdirSync(cache, { recursive: true });
  // Test files run side by side: the first one fetches, the others wait. SQLite's lock ends with the process that holds it.
  using lock = new Database(join(cache, "laravel.lock"));
  lock.run(`PRAGMA busy_timeout = ${4 * PATIENCE}`);
  lock.run("BEGIN EXCLUSIVE");
  let reason = "";
  for (const set of sets) {
    const fetched = fetchSet(set, cache);
    if (typeof fetched !== "string") return fetched;
    reason = fetched;
  }
  return reason;
}

function fetchSet(set: object, cache: string): LaravelPackages | string {
  const json = JSON.stringify({ name: "resound/laravel-test", ...set, config: { lock: false } }, null, 2);
  const name = createHash("sha256").update(json).digest("hex").slice(0, 16);
  const folder = join(cache, `laravel-${name}`);
  const refusal = join(folder, "refused-on"), today = new Date().toISOString().slice(0, 10);
  if (existsSync(join(folder, "vendor/autoload.php"))) return installed(folder);
  if (existsSync(refusal) && readFileSync(refusal, "utf8").startsWith(today)) {
    return readFileSync(refusal, "utf8").slice(today.length + 1);
  }
  const building = `${folder}.${process.pid}`;
  mkdirSync(building, { recursive: true });
  writeFileSync(join(building, "composer.json"), json);
  const { exitCode, stdout, stderr } = Bun.spawnSync(
    ["composer", "update", "--no-interaction", "--no-progress", "--no-dev", "--no-scripts", "--no-plugins"],
    {
      cwd: building,
      env: { ...process.env, COMPOSER_ALLOW_SUPERUSER: "1" },
      stdin: "ignore",
      stdout: "pipe",
      stderr: "pipe",
      timeout: PATIENCE,
    },
  );
  rmSync(folder, { recursive: true, force: true });
  if (exitCode === 0) {
    renameSync(building, folder);
    return installed(folder);
  }
  rmSync(building, { recursive: true, force: true });
  const output = `${stderr.toString()}\n${stdout.toString()}`;
  const refused = refusalIn(output);
  const reason = `Composer cannot install Laravel: ${
    refused ?? "it does not reach its registry, or not in time"
  }`;
  if (refused !== undefined) {
    mkdirSync(folder, { recursive: true });
    writeFileSync(refusal, `${today} ${reason}`);
  }
  return reason;
}

/** What the registry or this machine lacks, in Composer's words; `undefined` when it did not come that far. */
function refusalIn(output: string): string | undefined {
  const line = output.split("\n").find((line) => /could not be found|requires? (php |ext-)/.test(line));
  return line?.trim().replace(/^- /, "");
}

function installed(folder: string): LaravelPackages {
  const vendor = join(folder, "vendor");
  const list: unknown = JSON.parse(readFileSync(join(vendor, "composer/installed.json"), "utf8"));
  const packages = (list as { packages: { name: string; version: string }[] }).packages;
  return { vendor, versions: new Map(packages.map(({ name, version }) => [name, version])) };
}
