import { answerSoketi, SOKETI_PATHS } from "../http/soketi-routes.ts";
import { type MetricsParts, MetricsServer } from "../monitoring/metrics/metrics-server.ts";
import type { Runtime } from "../runtime/runtime.ts";
import { listenBeside, metricsPlace, type OwnPortParts } from "./own-port.ts";

/** Serves the metrics where the configuration says, if it does. Throws a `ListenError` whose `listener` is `metrics`. */
export function serveMetrics(
  port: Omit<OwnPortParts, "answer" | "runtime"> & { readonly runtime: Pick<Runtime, "serveHttp" | "name"> },
  parts: Omit<MetricsParts, "listen" | "runtime" | "soketi"> & {
    /** Whether another process serves them: the parent of this worker. */
    readonly shownElsewhere: boolean;
  },
): MetricsServer | undefined {
  const settings = port.settings(), { soketi } = settings, place = metricsPlace(settings);
  if (place === undefined) return undefined;
  const isStopping = (): boolean => parts.readiness().includes("stopping");
  return new MetricsServer({
    ...parts,
    runtime: port.runtime.name,
    soketi: soketi.seriesPrefix === undefined
      ? undefined
      : { prefix: soketi.seriesPrefix, port: String(settings.port) },
    listen: parts.shownElsewhere ? undefined : (answer) =>
      listenBeside(place, {
        ...port,
        // soketi has these routes on this port too.
        answer(request) {
          const { pathname } = new URL(request.url);
          const path = soketi.routes ? SOKETI_PATHS.find((each) => each === pathname) : undefined;
          return path === undefined || request.method !== "GET"
            ? answer(request)
            : answerSoketi(path, { ...soketi, isStopping });
        },
      }),
  });
}
