import type { ApplicationConfig } from "../config/config.ts";
import type { BroadcastingConfig, Credential, PlacedText } from "../config/laravel/broadcasting-config.ts";
import { CACHE_REMEDY } from "../config/laravel/cached-config.ts";
import { type CheckLine, error, ok } from "./check-line.ts";

/** A variable of the application's environment with the place that sets it, `undefined` when it is not set. */
export type Variable = (name: string) => { readonly text: string; readonly place: string } | undefined;

/** What the check of the application's broadcasting compares. */
export interface LaravelCheck {
  readonly broadcasting: BroadcastingConfig;
  readonly variable: Variable;
  readonly applications: readonly ApplicationConfig[];
  /** The applications are made up, so that there is nothing to compare with. */
  readonly development: boolean;
}

/**
 * Whether the Laravel application broadcasts through this server: by the default connection of config/broadcasting.php, with the
 * credentials of an application of config/reverb.php. And whether its front end uses a key that the server knows.
 */
export function checkLaravel(check: LaravelCheck): CheckLine {
  const { broadcasting, variable, applications, development } = check;
  const { connection, driver } = broadcasting, name = connection.text;
  if (name === "" || name === "null" || driver === undefined || !isPusher(driver.text)) {
    return elsewhere(broadcasting, variable);
  }
  const wrong = development ? undefined : wrongCredentials(broadcasting, applications);
  if (wrong !== undefined) return wrong;
  const key = variable("VITE_REVERB_APP_KEY");
  if (
    key !== undefined && key.text !== "" && !applications.some((application) => application.key === key.text)
  ) {
    return error(
      "laravel",
      "VITE_REVERB_APP_KEY is the key of no application here: browsers would be refused with 4001",
      'Set VITE_REVERB_APP_KEY="${REVERB_APP_KEY}" in .env and build the front end again',
    );
  }
  return ok("laravel", `the application broadcasts on the connection ${name}`);
}

function isPusher(driver: string): boolean {
  return driver === "reverb" || driver === "pusher";
}

/** The line for a default connection that leads to no server of this kind. */
function elsewhere({ connection, driver, file, cached }: BroadcastingConfig, variable: Variable): CheckLine {
  const { text, place } = connection, asked = connection.variable ?? "BROADCAST_CONNECTION";
  const remedy = withCache(
    connection.variable === undefined && !cached
      ? `Set 'default' => env('BROADCAST_CONNECTION', 'reverb') in ${file}`
      : `Set ${asked}=reverb in .env`,
    cached,
  );
  if (!cached && (text === "" || text === "null") && variable(asked) === undefined) {
    return error("laravel", `${asked} is not set: events do not come here`, remedy);
  }
  // A place that is a variable ends with its name, any other with the key.
  const chosen = `${place} is ${text === "" ? "null" : text}`;
  if (driver === undefined && text !== "" && text !== "null") {
    return error(
      "laravel",
      `${chosen}, and ${file} has no such connection: PHP fails at each event`,
      text === "reverb"
        ? withCache("Add the connection reverb to it (`php artisan install:broadcasting` does)", cached)
        : remedy,
    );
  }
  const other = driver !== undefined && driver.text !== text ? ` (the driver ${driver.text || "null"})` : "";
  return error("laravel", `${chosen}${other}: events do not come here`, remedy);
}

/** An error where PHP signs with other credentials than those of an application here. Secrets are not shown. */
function wrongCredentials(
  { credentials, file, cached, connection }: BroadcastingConfig,
  applications: readonly ApplicationConfig[],
): CheckLine | undefined {
  const { app_id: id, key, secret } = credentials;
  const names: readonly Credential[] = ["app_id", "key", "secret"];
  for (const name of names.filter((name) => credentials[name].text === "")) {
    const { variable } = credentials[name];
    return error(
      "laravel",
      `the connection ${connection.text} of ${file} has no ${name}: PHP cannot sign its calls`,
      withCache(variable === undefined ? `Write it in ${file}` : `Set ${variable} in .env`, cached),
    );
  }
  const application = applications.find((each) => each.id === id.text);
  if (application === undefined) {
    const ids = applications.map((each) => each.id).join(", ");
    return mismatch(id, `is ${id.text}, and the applications of this server are ${ids}`, cached);
  }
  if (application.key !== key.text) {
    return mismatch(
      key,
      `is ${key.text}, and application ${id.text} here has the key ${application.key}`,
      cached,
    );
  }
  return application.secret === secret.text
    ? undefined
    : mismatch(secret, `is another one than that of application ${id.text} here`, cached);
}

function mismatch({ place }: PlacedText, found: string, cached: boolean): CheckLine {
  return error(
    "laravel",
    `${place} ${found}: PHP's calls are refused`,
    withCache("Write the same credentials in config/broadcasting.php and config/reverb.php", cached),
  );
}

function withCache(remedy: string, cached: boolean): string {
  return cached ? `${remedy}, and ${CACHE_REMEDY}` : remedy;
}
