import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { freePort } from "../../../test/support/free-port.ts";
import { LaravelApplication } from "../../../test/laravel/laravel-application.ts";
import { fetchLaravel } from "../../../test/laravel/laravel-packages.ts";
import { APPLICATION, type ContenderKind, REVERB_ENVIRONMENT } from "./contender.ts";
import { startProcess } from "./server-process.ts";

const PACKAGE = "laravel/reverb";
/** What select() can watch, less what the server has open itself. */
const SELECT_SOCKETS = 1010;

/** An application to measure: how to lay one out with an environment, and which Reverb it has. */
interface Application {
  readonly version: string;
  /** Returns its folder, and the variables that its process needs. */
  readonly layOut: (env: Readonly<Record<string, string>>) => {
    readonly cwd: string;
    readonly env?: Readonly<Record<string, string>>;
  };
}

/** Laravel Reverb itself: in the application of a folder, or in one that Composer fetches into the user's cache folder. */
export function reverb(directory: string | undefined): ContenderKind {
  let application: Application | undefined;
  return {
    id: "reverb",
    name: "Laravel Reverb",
    isOurs: false,
    lacks: ["tls", "workers", "compression", "pace", "unix socket", "handover", "recovery"],
    mostSockets: () => eventLoop() === undefined ? SELECT_SOCKETS : Number.POSITIVE_INFINITY,
    prepare() {
      const found = directory === undefined ? fetched() : existing(resolve(directory));
      if (typeof found === "string") return Promise.resolve({ kind: "unavailable", reason: found });
      application = found;
      const php = Bun.spawnSync(["php", "-r", "echo PHP_VERSION;"]).stdout.toString();
      const version = `Reverb ${found.version}, PHP ${php}, ${loopName()}`;
      return Promise.resolve({ kind: "ready", version });
    },
    async start({ redis }) {
      const port = await freePort();
      const place = application!.layOut({
        ...REVERB_ENVIRONMENT,
        ...(redis === undefined
          ? {}
          : { REVERB_SCALING_ENABLED: "true", REDIS_HOST: "127.0.0.1", REDIS_PORT: String(redis) }),
      });
      return startProcess({
        command: reverbCommand(port),
        ...place,
        target: { port, secure: false, dialect: { kind: "pusher", ...APPLICATION } },
      });
    },
  };
}

/** Starts Reverb in an application's folder, with as much memory as it takes. */
export function reverbCommand(port: number): readonly string[] {
  return ["php", "-d", "memory_limit=-1", "artisan", "reverb:start", "--host=127.0.0.1", `--port=${port}`];
}

/** A new application with Composer's packages. Returns the reason where there is none. */
function fetched(): Application | string {
  const packages = fetchLaravel();
  if (typeof packages === "string") return packages;
  const version = packages.versions.get(PACKAGE);
  if (version === undefined) return `Composer cannot find ${PACKAGE} here; --reverb DIR names an application`;
  return { version, layOut: (env) => ({ cwd: new LaravelApplication(packages, env).directory }) };
}

/** An application as it is; its own settings stay, but for the variables of the benchmark. Returns why it cannot run. */
function existing(directory: string): Application | string {
  if (!existsSync(join(directory, "artisan"))) {
    return `${directory} is no Laravel application: it has no file "artisan"; --reverb DIR names one`;
  }
  const list = join(directory, "vendor/composer/installed.json");
  if (!existsSync(list)) return `${directory} has no packages: run composer install there`;
  const version = installedVersion(list);
  if (version === undefined) return `${directory} lacks ${PACKAGE}: run composer require ${PACKAGE} there`;
  if (Bun.which("php") === null) return "php is not installed";
  if (existsSync(join(directory, "bootstrap/cache/config.php"))) {
    return `the configuration of ${directory} is cached: run php artisan config:clear there`;
  }
  return { version, layOut: (env) => ({ cwd: directory, env }) };
}

/** The version of Reverb that Composer's list of installed packages has, if it has any. Throws when the list cannot be read. */
function installedVersion(file: string): string | undefined {
  try {
    const list = JSON.parse(readFileSync(file, "utf8")) as {
      readonly packages: readonly { readonly name: string; readonly version: string }[];
    };
    return list.packages.find(({ name }) => name === PACKAGE)?.version;
  } catch (cause) {
    throw new Error(`${file} cannot be read: run composer install there`, { cause });
  }
}

/** The extension whose loop ReactPHP takes: the first of these that is loaded; without one it takes PHP's select(). */
function eventLoop(): string | undefined {
  const loaded = Bun.spawnSync(["php", "-m"]).stdout.toString().toLowerCase().split("\n");
  return ["uv", "ev", "event"].find((name) => loaded.includes(name));
}

function loopName(): string {
  const extension = eventLoop();
  return extension === undefined ? "select() loop" : `ext-${extension} loop`;
}
