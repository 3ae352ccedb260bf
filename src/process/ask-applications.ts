import type { ApplicationConfig, Config } from "../config/config.ts";
import { providerPlace } from "../config/applications/provider-place.ts";
import { errorReason } from "../failures/error-reason.ts";
import { systemTimers } from "../failures/timers.ts";
import type { ApplicationName } from "../hub/applications/application-lookup.ts";
import { UnusableApplication } from "../hub/applications/application-source.ts";
import type { Runtime } from "../runtime/runtime.ts";
import { openSource } from "../server/open-directory.ts";

/** What a source of applications has answered to a question from the command line. */
export type AskedApplications =
  & { readonly place: string }
  & (
    | { readonly type: "found"; readonly application: ApplicationConfig }
    | { readonly type: "absent" }
    /** It has the application, which cannot be used; the reason is without secrets. */
    | { readonly type: "unusable"; readonly reason: string }
    | { readonly type: "away"; readonly reason: string }
  );

/** Asks the source for one application, as a server does. Never rejects. */
export async function askApplications(
  provider: Exclude<Config["provider"], { kind: "config" }>,
  name: ApplicationName,
  runtime: Runtime,
): Promise<AskedApplications> {
  const place = providerPlace(provider);
  if (provider.kind === "database" && runtime.openSqlDatabase === undefined) {
    return { place, type: "away", reason: `${runtime.name} has no clients for databases` };
  }
  const source = openSource(provider, {
    runtime,
    wallClock: () => Date.now(),
    monotonic: () => performance.now(),
    timers: systemTimers,
  });
  try {
    const found = await source.find(name);
    if (found === undefined || found.config[name.by] !== name.value) return { place, type: "absent" };
    return { place, type: "found", application: found.config };
  } catch (error) {
    if (error instanceof UnusableApplication) return { place, type: "unusable", reason: error.message };
    return { place, type: "away", reason: errorReason(error) };
  } finally {
    await source.close();
  }
}
