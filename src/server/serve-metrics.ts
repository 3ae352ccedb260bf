import type { ServerConfig } from "../config/config.ts";
import { type MetricsParts, MetricsServer } from "../monitoring/metrics/metrics-server.ts";
import { type HttpListener, type HttpServeOptions, ListenError, type Runtime } from "../runtime/runtime.ts";
import { unixSocketOf } from "../runtime/unix-socket.ts";

/** Serves the metrics where the configuration wants them, if it does. Throws a `ListenError` of its own kind. */
export function serveMetrics(
  server: ServerConfig,
  runtime: Runtime,
  fault: (fault: unknown) => void,
  parts: Omit<MetricsParts, "listen" | "runtime">,
): MetricsServer | undefined {
  const { metricsHost: host, metricsPort: port, socketMode } = server;
  const unixSocket = unixSocketOf({ host, socketMode });
  // There is no default port, but a Unix socket needs none.
  if (port === undefined && unixSocket === undefined) return undefined;
  const place = { host, port: port ?? 0, unixSocket };
  return new MetricsServer({
    ...parts,
    runtime: runtime.name,
    listen: (answer) => listen(runtime, { ...place, answer, fault }),
  });
}

function listen(runtime: Runtime, options: HttpServeOptions): HttpListener {
  try {
    return runtime.serveHttp(options);
  } catch (error) {
    throw error instanceof ListenError ? new ListenError(error.code, error.message, "metrics") : error;
  }
}
