import type { ApplicationConfig } from "../config/config.ts";
import { type CheckLine, error, ok, warning } from "./check-line.ts";

/** A variable of the application's environment, `undefined` when it is not set. */
export type Variable = (name: string) => string | undefined;

/** Whether the Laravel application broadcasts through this server and its front end uses a key that the server knows. */
export function checkLaravel(variable: Variable, applications: readonly ApplicationConfig[]): CheckLine {
  const connection = variable("BROADCAST_CONNECTION") ?? variable("BROADCAST_DRIVER");
  if (connection !== "reverb" && connection !== "pusher") {
    const found = connection === undefined || connection === ""
      ? "BROADCAST_CONNECTION is not set"
      : `BROADCAST_CONNECTION is ${connection}`;
    return error("laravel", `${found}: events do not come here`, "Set BROADCAST_CONNECTION=reverb in .env");
  }
  const key = variable("VITE_REVERB_APP_KEY");
  if (key !== undefined && key !== "" && !applications.some((application) => application.key === key)) {
    return error(
      "laravel",
      "VITE_REVERB_APP_KEY is the key of no application here: browsers would be refused with 4001",
      'Set VITE_REVERB_APP_KEY="${REVERB_APP_KEY}" in .env and build the front end again',
    );
  }
  if (connection === "pusher") {
    return warning(
      "laravel",
      "BROADCAST_CONNECTION is pusher: events come here only if that connection's host is this server",
      "Set BROADCAST_CONNECTION=reverb in .env",
    );
  }
  return ok("laravel", "the application broadcasts on the connection reverb");
}
