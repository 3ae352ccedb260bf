import type { ServerConfig } from "../config/config.ts";
import { type MetricsParts, MetricsServer } from "../monitoring/metrics/metrics-server.ts";
import { ListenError } from "../runtime/listen-error.ts";
import type { HttpListener, HttpServeOptions, Runtime } from "../runtime/runtime.ts";
import { type UnixSocket, unixSocketOf } from "../runtime/unix-socket.ts";

/** Where metrics are served. */
export interface MetricsPlace {
  readonly host: string;
  readonly port: number;
  readonly unixSocket: UnixSocket | undefined;
}

/** Where the configuration has metrics served; `undefined` when it has none. */
export function metricsPlace(
  { metricsHost: host, metricsPort: port, socketMode }: ServerConfig,
): MetricsPlace | undefined {
  const unixSocket = unixSocketOf({ host, socketMode });
  // A port has to be configured, since there is no default; a Unix socket needs none.
  return port === undefined && unixSocket === undefined ? undefined : { host, port: port ?? 0, unixSocket };
}

/** Serves the metrics where the configuration says, if it does. Throws a `ListenError` whose `listener` is `metrics`. */
export function serveMetrics(
  server: ServerConfig,
  runtime: Runtime,
  fault: (fault: unknown) => void,
  parts: Omit<MetricsParts, "listen" | "runtime"> & {
    /** Whether another process serves them: the parent of this worker. */
    readonly shownElsewhere: boolean;
  },
): MetricsServer | undefined {
  const place = metricsPlace(server);
  if (place === undefined) return undefined;
  return new MetricsServer({
    ...parts,
    runtime: runtime.name,
    listen: parts.shownElsewhere
      ? undefined
      : (answer) => listenForMetrics(runtime, { ...place, answer, fault }),
  });
}

/** Listens where metrics are served. Throws a `ListenError` whose `listener` is `metrics`. */
export function listenForMetrics(runtime: Runtime, options: HttpServeOptions): HttpListener {
  try {
    return runtime.serveHttp(options);
  } catch (error) {
    throw error instanceof ListenError ? new ListenError(error.code, error.message, "metrics") : error;
  }
}
