import { type Environment, processOrigin } from "../sources/environment.ts";
import { isEmptyVariable } from "./own-configuration.ts";
import { SOKETI_PREFIX } from "./soketi-options.ts";

const PUSHER: readonly string[] = ["PUSHER_APP_ID", "PUSHER_APP_KEY", "PUSHER_APP_SECRET"];

/** The way out where no application is configured and soketi's variables are set; else `undefined`. */
export function soketiHint(environment: Environment): string | undefined {
  const [first, ...others] = environment.unasked(SOKETI_PREFIX);
  if (first === undefined) return undefined;
  const more = others.length === 0
    ? ""
    : ` and ${others.length} more variable${others.length === 1 ? "" : "s"}`;
  const place = first.origin === processOrigin ? "" : `${first.origin} `;
  const verb = others.length === 0 ? "is a variable" : "are variables";
  return `${place}${first.name}${more} ${verb} of soketi: ${ways("soketi")}`;
}

/** The same for Laravel's variables of Pusher. */
export function pusherHint(environment: Environment): string | undefined {
  if (PUSHER.some((name) => isEmptyVariable(environment, name))) return undefined;
  return `PUSHER_APP_ID, PUSHER_APP_KEY and PUSHER_APP_SECRET are set: ${ways("pusher")}`;
}

function ways(server: string): string {
  return `\`resound start --from ${server}\` reads them, and \`resound migrate ${server}\` writes them as Resound's own`;
}
