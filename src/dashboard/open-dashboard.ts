import { createRequire } from "node:module";
import type { Dashboard } from "./dashboard.ts";
import type { DashboardOptions } from "./dashboard-services.ts";

type Room = typeof import("./dashboard.ts");

/**
 * Makes the dashboard, and loads it first: it is 40 modules of which a server without one needs three. By `require`, since a server is
 * put together without `await`.
 */
export function openDashboard(options: DashboardOptions): Dashboard {
  const { Dashboard } = load();
  return new Dashboard(options);
}

function load(): Room {
  // Bun includes the room in the executable only where its name is a literal of `require`. Deno has to make one.
  if (typeof require === "function") return require("./dashboard.ts") as Room;
  return createRequire(import.meta.url)("./dashboard.ts") as Room;
}
