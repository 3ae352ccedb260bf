import { freePort } from "../../../test/support/free-port.ts";
import { LaravelApplication } from "../../../test/laravel/laravel-application.ts";
import { fetchLaravel, type LaravelPackages } from "../../../test/laravel/laravel-packages.ts";
import { APPLICATION, type ContenderKind, REVERB_ENVIRONMENT } from "./contender.ts";
import { startProcess } from "./server-process.ts";

const PACKAGE = "laravel/reverb";
/** What select() can watch, less what the server has open itself. */
const SELECT_SOCKETS = 1000;

let packages: LaravelPackages | undefined;

/** Laravel Reverb itself, in an application that Composer fetches into the user's cache folder when it is first measured. */
export const reverb: ContenderKind = {
  id: "reverb",
  name: "Laravel Reverb",
  isOurs: false,
  lacks: ["tls", "workers", "compression", "pace", "handover"],
  mostSockets: () => eventLoop() === undefined ? SELECT_SOCKETS : Number.POSITIVE_INFINITY,
  prepare() {
    const fetched = fetchLaravel();
    if (typeof fetched === "string") return Promise.resolve({ kind: "unavailable", reason: fetched });
    const version = fetched.versions.get(PACKAGE);
    if (version === undefined) {
      return Promise.resolve({ kind: "unavailable", reason: `Composer cannot find ${PACKAGE} here` });
    }
    packages = fetched;
    const php = Bun.spawnSync(["php", "-r", "echo PHP_VERSION;"]).stdout.toString();
    return Promise.resolve({ kind: "ready", version: `Reverb ${version}, PHP ${php}, ${loopName()}` });
  },
  async start({ redis }) {
    const port = await freePort();
    const application = new LaravelApplication(packages!, {
      ...REVERB_ENVIRONMENT,
      ...(redis === undefined
        ? {}
        : { REVERB_SCALING_ENABLED: "true", REDIS_HOST: "127.0.0.1", REDIS_PORT: String(redis) }),
    });
    return startProcess({
      command: [
        "php",
        "-d",
        "memory_limit=-1",
        "artisan",
        "reverb:start",
        "--host=127.0.0.1",
        `--port=${port}`,
      ],
      cwd: application.directory,
      target: { port, secure: false, dialect: { kind: "pusher", ...APPLICATION } },
    });
  },
};

/** The extension whose loop ReactPHP takes: the first of these that is loaded; without one it takes PHP's select(). */
function eventLoop(): string | undefined {
  const loaded = Bun.spawnSync(["php", "-m"]).stdout.toString().toLowerCase().split("\n");
  return ["uv", "ev", "event"].find((name) => loaded.includes(name));
}

function loopName(): string {
  const extension = eventLoop();
  return extension === undefined ? "select() loop" : `ext-${extension} loop`;
}
