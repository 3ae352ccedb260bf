import type { ServerConfig } from "../../../config/config.ts";
import type { Log } from "../../../monitoring/log.ts";
import { answerMetrics } from "../../../monitoring/metrics/metrics-server.ts";
import type { HttpListener, Runtime } from "../../../runtime/runtime.ts";
import { removeDeadSocket } from "../../../runtime/unix-socket.ts";
import { listenBeside, metricsPlace } from "../../../server/own-port.ts";
import { OpenPlaces } from "../../../server/open-places.ts";
import type { Supervisor } from "../supervisor.ts";
import { MetricsSum } from "./metrics-sum.ts";
import { workersPage } from "./workers-page.ts";

/** What the parent's port of the metrics works with. */
export interface WorkersMetricsParts {
  readonly runtime: Runtime;
  readonly log: Log;
  /** As they are now. */
  readonly settings: () => ServerConfig;
  /** `undefined` until there are workers: the port is taken before any is started. */
  readonly supervisor: () => Supervisor | undefined;
}

/** Serves the metrics of all workers, if the configuration has metrics served. Rejects with a `ListenError`. */
export async function serveWorkersMetrics(
  { runtime, log, settings, supervisor }: WorkersMetricsParts,
): Promise<HttpListener | undefined> {
  const place = metricsPlace(settings());
  if (place === undefined) return undefined;
  const sum = new MetricsSum();
  const states = async () => await supervisor()?.states() ?? [];
  const pages = new Map([
    ["/metrics", async () => await workersPage(await states())],
    ["/metrics/sum", async () => sum.page(await states())],
  ]);
  if (place.unixSocket !== undefined) await removeDeadSocket(place.unixSocket);
  return listenBeside(place, {
    runtime,
    places: new OpenPlaces(),
    settings,
    answer: (request) => answerMetrics(request, pages),
    fault: (fault) => log.error("fault", `Fault while answering with the metrics: ${fault}`),
    // Refusals are counted among the metrics of a worker; the parent has none of its own.
    refused: (refusal) => supervisor()?.refused(refusal),
  });
}
