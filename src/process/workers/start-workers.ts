import type { Config, ServerConfig } from "../../config/config.ts";
import { ListenError } from "../../runtime/listen-error.ts";
import type { HttpListener, Runtime } from "../../runtime/runtime.ts";
import type { LogLevel } from "../../monitoring/log-event.ts";
import { successorCommand } from "../handover/successor-command.ts";
import { dashboardPlace } from "../../server/own-port.ts";
import { workerSpawner } from "./spawn-worker.ts";
import { serveWorkersMetrics } from "./metrics/serve-workers-metrics.ts";
import { Supervisor } from "./supervisor.ts";
import { announce } from "../announce.ts";
import { listeningAddress } from "../banner.ts";
import { ExitCode } from "../exit-code.ts";
import { listenFailure } from "../listen-failure.ts";
import { SignalControl } from "../control/signal-control.ts";
import { FollowedConfiguration } from "../followed-configuration.ts";
import type { PreparedStart } from "../prepared-start.ts";
import { reachRedis, redisName } from "../reach-redis.ts";
import { openBridge } from "../bridge-socket.ts";
import { openServiceNotifier } from "../control/open-service-notifier.ts";
import { duration } from "../stop-summary.ts";
import { versionText } from "../version.ts";
import { processFolder, processPath } from "../../config/load-process-config.ts";
import { stopSeconds } from "../../config/stop-seconds.ts";
import { successorCheck } from "../successor-check.ts";
import { WorkersRun } from "./workers-run.ts";

/** Milliseconds between two pings to the workers, where no service manager says how often it asks for a sign of life. */
const PING_INTERVAL = 15_000;

/** Runs several server processes on one port, as their parent, until all have stopped. */
export async function startWorkers(prepared: PreparedStart, count: number): Promise<ExitCode> {
  const { source, config, tls, runtime, log } = prepared;
  const redis = config.server.scaling.enabled ? await redisRefusal(config, count) : undefined;
  if (redis !== undefined) {
    log.error("workers_refused", redis);
    return ExitCode.failed;
  }
  const startedAt = performance.now(), folder = processFolder();
  const configuration = new FollowedConfiguration({ source, runtime, config, tls });
  let port: number, dashboardPort: number | undefined;
  let metrics: HttpListener | undefined, supervisor: Supervisor | undefined;
  try {
    port = sharedPort(config.server, config.server, runtime);
    dashboardPort = sharedDashboardPort(config.server, runtime);
    metrics = await serveWorkersMetrics({
      ...{ runtime, log, supervisor: () => supervisor },
      settings: () => configuration.config.server,
    });
  } catch (error) {
    if (!(error instanceof ListenError)) throw error;
    log.error("listen_failed", await listenFailure(error, config.server));
    return ExitCode.failed;
  }
  const bridge = config.server.scaling.enabled ? undefined : await openBridge(config.server, false, log);
  if (typeof bridge === "string") {
    void metrics?.close();
    log.error(
      "bridge_refused",
      `Cannot start ${count} workers: there is no place for their socket (${bridge})`,
    );
    return ExitCode.failed;
  }
  const description = {
    ...{
      folder: source.directory,
      version: versionText(),
      stopSeconds: stopSeconds(config.server),
      workers: count,
    },
    address: listeningAddress(config, port, tls.settings !== undefined),
  };
  const notifier = await openServiceNotifier(runtime, log);
  const control = new SignalControl(notifier, log, description, () => supervisor?.isAnyUp === true);
  const workers = supervisor = new Supervisor({
    count,
    log,
    version: versionText(),
    spawn: workerSpawner(
      successorCommand(process, { folder, path: processPath() }),
      (number) => [
        ...["--worker", String(number), "--host", config.server.host, "--port", String(port), "--reuse-port"],
        ...dashboardPort === undefined ? [] : ["--dashboard-port", String(dashboardPort)],
      ],
      bridge?.place,
      folder,
    ),
    delay: (milliseconds, call) => {
      const timer = setTimeout(call, milliseconds);
      return () => clearTimeout(timer);
    },
    now: () => performance.now(),
    stopPatience: () => run.stopPatience,
  });
  const verbosity = { apply: (level: LogLevel) => void (log.level = level) };
  const run: WorkersRun = new WorkersRun({
    ...{ configuration, control, runtime, log, reloadLog: log, verbosity, supervisor },
    check: successorCheck({
      ...{ process, folder, log },
      isConfigured: () => !configuration.config.development,
    }),
  });
  const outcome = await workers.started;
  const ping = setInterval(() => workers.ping(), notifier.interval ?? PING_INTERVAL);
  if (outcome.type === "up") {
    const more = [`Workers: ${count}, as the processes ${workers.processes.join(", ")}`];
    announce({ config, ports: { port, metricsPort: metrics?.port, dashboardPort }, runtime, tls, log, more });
    run.begin();
  } else if (outcome.type === "failed") {
    log.error("workers_refused", `Cannot start ${count} workers: ${outcome.reason}`);
  }
  await run.ended;
  clearInterval(ping);
  await metrics?.close();
  bridge?.close();
  log.info(
    "server_stopped",
    `Stopped after ${duration(performance.now() - startedAt)}, with all ${count} workers`,
  );
  return outcome.type === "failed" ? ExitCode.failed : ExitCode.ok;
}

/** A port that all workers are going to listen on. Throws a `ListenError` when another program has it. */
function sharedPort(
  { host, port }: Pick<ServerConfig, "host" | "port">,
  { reusePort }: ServerConfig,
  { claimPort }: Pick<Runtime, "claimPort">,
): number {
  // With `reuse_port` another server may have the port already: that is what the setting is for.
  return claimPort === undefined || (reusePort && port !== 0) ? port : claimPort(host, port);
}

/** The dashboard's own port; `undefined` where it has none. Throws a `ListenError` whose `listener` is `dashboard`. */
function sharedDashboardPort(server: ServerConfig, runtime: Runtime): number | undefined {
  const place = dashboardPlace(server);
  if (place === undefined) return undefined;
  try {
    return sharedPort(place, server, runtime);
  } catch (error) {
    throw error instanceof ListenError ? new ListenError(error.code, error.message, "dashboard") : error;
  }
}

/** Why there can be no workers because of Redis; `undefined` when it can be used. */
async function redisRefusal({ server: { scaling } }: Config, count: number): Promise<string | undefined> {
  const { link, reason } = await reachRedis(scaling);
  await link.stop();
  return reason === undefined
    ? undefined
    : `Cannot start ${count} workers: they exchange events through Redis, and Redis at ${
      redisName(scaling)
    } cannot be used (${reason}). ` +
      "Start it, or correct scaling.server.";
}
