import type { ConfigTable } from "../sources/config-node.ts";
import type { Environment } from "../sources/environment.ts";
import { convertEnvironmentText } from "../../php/environment-text.ts";
import { ConfigError } from "../config-error.ts";
import type { Findings } from "../findings.ts";
import type { ReverbFile } from "../sources/reverb-file.ts";
import { serverSettings } from "../settings/server-settings.ts";
import { environmentPlace } from "../sources/setting-source.ts";
import { foreignTable, type ForeignValue } from "./foreign-table.ts";
import { isEmptyVariable } from "./own-configuration.ts";
import type { ForeignReading } from "./foreign-reading.ts";
import { readWebsockets } from "./websockets-file.ts";

/** Laravel's variables for its connection `pusher`, with the keys of an application that they stand for. */
const VARIABLES: readonly (readonly [name: string, key: string])[] = [
  ["PUSHER_APP_ID", "app_id"],
  ["PUSHER_APP_KEY", "key"],
  ["PUSHER_APP_SECRET", "secret"],
  ["PUSHER_HOST", "options.host"],
  ["PUSHER_PORT", "options.port"],
  ["PUSHER_SCHEME", "options.scheme"],
];

/**
 * The application that Laravel's connection `pusher` uses: that of `config/websockets.php` (laravel-websockets), or of the variables
 * `PUSHER_…`. The settings of the server are our own. Throws a `ConfigError` where neither is there.
 */
export function readPusher(reading: ForeignReading): ReverbFile {
  const { own, environment, findings } = reading;
  warnAboutWay(environment, findings);
  const websockets = readWebsockets(reading);
  if (websockets !== undefined) return websockets;
  const application = pusherApplication(environment);
  return {
    name: "the variables PUSHER_…",
    format: own?.format ?? "toml",
    from: "pusher",
    cached: own?.cached ?? false,
    server: own?.server ?? ownPort(environment),
    serverFromEnvironment: own?.serverFromEnvironment ?? true,
    apps: undefined,
    applications: [application],
  };
}

function pusherApplication(environment: Environment): ConfigTable {
  const values = new Map<string, ForeignValue>(), missing: string[] = [];
  for (const [name, key] of VARIABLES) {
    const found = variable(environment, name);
    if (found !== undefined) values.set(key, found);
    else if (!key.startsWith("options.")) missing.push(name);
  }
  if (missing.length > 0) {
    throw new ConfigError([
      `--from pusher: ${missing.join(", ")} ${
        missing.length === 1 ? "is" : "are"
      } not set; expected PUSHER_APP_ID, ` +
      "PUSHER_APP_KEY and PUSHER_APP_SECRET in .env or the environment, or a config/websockets.php",
    ]);
  }
  return foreignTable(values, "the variables PUSHER_…");
}

/** Without TLS clients and Laravel come directly, so that the port that they go to is the one to listen on. */
function ownPort(environment: Environment): ConfigTable | undefined {
  const port = variable(environment, "PUSHER_PORT"), scheme = variable(environment, "PUSHER_SCHEME");
  if (port === undefined || scheme?.value !== "http") return undefined;
  if (!isEmptyVariable(environment, serverSettings.port.env)) return undefined;
  return foreignTable(new Map([[serverSettings.port.key, port]]), port.place);
}

/** Warns where Laravel does not send its events here. */
function warnAboutWay(environment: Environment, findings: Findings): void {
  if (variable(environment, "PUSHER_HOST") === undefined) {
    findings.warn(
      "PUSHER_HOST is not set, so that Laravel sends its events to Pusher; set PUSHER_HOST, PUSHER_PORT and PUSHER_SCHEME to " +
        "this server's address",
    );
  }
  const named = variable(environment, "BROADCAST_CONNECTION") ?? variable(environment, "BROADCAST_DRIVER");
  if (named !== undefined && named.value !== "pusher") {
    findings.warn(
      `${named.place}: is ${
        JSON.stringify(named.value)
      }, so that Laravel does not use its connection pusher; ` +
        "set it to pusher",
    );
  }
}

function variable(environment: Environment, name: string): ForeignValue | undefined {
  const found = environment.get(name), value = convertEnvironmentText(found?.value ?? "");
  if (found === undefined || value === null || value === "") return undefined;
  return { value, place: environmentPlace(name, found.origin) };
}
