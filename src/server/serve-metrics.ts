import { type MetricsParts, MetricsServer } from "../monitoring/metrics/metrics-server.ts";
import type { Runtime } from "../runtime/runtime.ts";
import { listenBeside, metricsPlace, type OwnPortParts } from "./own-port.ts";

/** Serves the metrics where the configuration says, if it does. Throws a `ListenError` whose `listener` is `metrics`. */
export function serveMetrics(
  port: Omit<OwnPortParts, "answer" | "runtime"> & { readonly runtime: Pick<Runtime, "serveHttp" | "name"> },
  parts: Omit<MetricsParts, "listen" | "runtime"> & {
    /** Whether another process serves them: the parent of this worker. */
    readonly shownElsewhere: boolean;
  },
): MetricsServer | undefined {
  const place = metricsPlace(port.settings());
  if (place === undefined) return undefined;
  return new MetricsServer({
    ...parts,
    runtime: port.runtime.name,
    listen: parts.shownElsewhere ? undefined : (answer) => listenBeside(place, { ...port, answer }),
  });
}
