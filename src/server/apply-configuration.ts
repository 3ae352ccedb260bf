import type { Config } from "../config/config.ts";
import { fixedChangeLines } from "../config/settings/server-changes.ts";
import type { ApplicationChanges } from "../hub/applications/application-registry.ts";
import type { HubRegistry } from "../hub/hub-registry.ts";
import type { Webhooks } from "../webhooks/webhooks.ts";
import type { RunningDirectory } from "./open-directory.ts";
import type { ReloadReport } from "./running-server.ts";

/** The parts of a server that follow its applications. */
export interface ConfiguredParts {
  readonly hubs: HubRegistry;
  readonly webhooks: Webhooks;
  /** `undefined` where the configuration has the applications. */
  readonly directory: RunningDirectory | undefined;
  /** The limit of the runtime, which is fixed when it begins to listen. */
  readonly maxMessageBytes: number;
}

const NO_CHANGES: ApplicationChanges = { added: [], changed: [], removed: [] };

/** Serves the applications of a new configuration; `before` is the one that the server was started with. */
export function applyConfiguration(before: Config, next: Config, parts: ConfiguredParts): ReloadReport {
  const { hubs, webhooks, directory, maxMessageBytes } = parts;
  const notApplied = fixedChangeLines(before.server, next.server);
  if (JSON.stringify(before.provider) !== JSON.stringify(next.provider)) {
    notApplied.push(
      "apps (where applications come from, and what they have by default) stays as it was until a restart",
    );
  }
  if (directory !== undefined || next.provider.kind !== "config") {
    directory?.refresh();
    return { applications: NO_CHANGES, notApplied };
  }
  const largest = largestMessage(next);
  if (largest > maxMessageBytes) {
    notApplied.push(
      `max_message_size is ${largest}, but messages above ${maxMessageBytes} bytes are taken only after a restart`,
    );
  }
  const applications = hubs.replace(next.applications);
  webhooks.reconfigure();
  return { applications, notApplied };
}

/** The runtime has one limit for all clients; below it the endpoint enforces each application's own. */
export function largestMessage({ applications, provider }: Config): number {
  if (provider.kind !== "config") return provider.maxMessageSize;
  return Math.max(...applications.map((each) => each.maxMessageSize));
}
