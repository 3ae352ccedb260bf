import type { Config } from "../../config/config.ts";
import { unixPath } from "../../config/kinds/address-kind.ts";
import type { Runtime } from "../../runtime/runtime.ts";
import { usableProcessors } from "./usable-processors.ts";

/** Where workers are to run. */
export interface WorkerHost {
  /** As Node.js calls it: `linux`. */
  readonly platform: string;
  readonly runtime: Pick<Runtime, "claimPort">;
}

/** How many server processes a configuration asks for on this machine. */
export interface PlannedWorkers {
  readonly count: number;
  /** Why several cannot serve here, with the way out; `undefined` when they can, and for a single one. */
  readonly refusal: string | undefined;
}

/** The workers that `start` is going to start, or why it refuses. */
export function plannedWorkers(config: Config, host: WorkerHost): PlannedWorkers {
  const count = workerCount(config.server.workers);
  const reason = count === 1 ? undefined : reasonAgainst(config, host);
  return {
    count,
    refusal: reason === undefined
      ? undefined
      : `Cannot start ${count} workers (--workers, REVERB_WORKERS): ${reason}. Or leave workers at 1.`,
  };
}

/** How many server processes a setting means: `auto` is one for each processor that this process may use. */
export function workerCount(
  setting: number | "auto",
  processors: () => number = usableProcessors,
): number {
  return setting === "auto" ? Math.max(1, Math.min(256, processors())) : setting;
}

function reasonAgainst(
  { server, development }: Config,
  { platform, runtime }: WorkerHost,
): string | undefined {
  if (platform !== "linux") {
    return "they share one port, and only Linux spreads the connections of a port over several processes. Run several " +
      "servers on ports of their own behind a proxy";
  }
  if (runtime.claimPort === undefined) {
    return "they share one port, and on Deno a port cannot be shared by servers that stop one by one. Use the " +
      "executable, or run this on Bun";
  }
  if (unixPath(server.host) !== undefined) {
    return `they share one port, but the server is to listen on ${server.host}, and a Unix socket belongs to one process. ` +
      "Set REVERB_SERVER_HOST to an address";
  }
  const { dashboardEnabled, dashboardOnMainPort, dashboardHost } = server;
  if (dashboardEnabled && !dashboardOnMainPort && unixPath(dashboardHost) !== undefined) {
    return `they share the dashboard's port, but the dashboard is to listen on ${dashboardHost}, and a Unix socket belongs to ` +
      "one process. Set REVERB_DASHBOARD_HOST to an address";
  }
  if (development) {
    return "no application is configured, and each would make up another one. Set REVERB_APP_ID, REVERB_APP_KEY and " +
      "REVERB_APP_SECRET";
  }
  return undefined;
}
