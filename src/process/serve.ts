import { OwnerLink } from "../bridge/node/owner-link.ts";
import type { Config } from "../config/config.ts";
import { DebugStream } from "../hub/monitor/debug-stream.ts";
import { Log } from "../monitoring/log.ts";
import { Monitor } from "../hub/monitor/monitor.ts";
import { runtimePlaces } from "./registry/runtime-places.ts";
import { SpoolFiles } from "./spool-files.ts";
import { ListenError } from "../runtime/listen-error.ts";
import { removeDeadSocket, unixSocketOf } from "../runtime/unix-socket.ts";
import { dashboardPlace, metricsPlace } from "../server/own-port.ts";
import { type RunningServer, startServer } from "../server.ts";
import { ParentLink } from "./workers/parent-link.ts";
import { ParentControl } from "./workers/parent-control.ts";
import { announce } from "./announce.ts";
import { listeningAddress } from "./banner.ts";
import { openServiceNotifier } from "./control/open-service-notifier.ts";
import type { ServerControl } from "./control/server-control.ts";
import { SignalControl } from "./control/signal-control.ts";
import { ExitCode } from "./exit-code.ts";
import { FollowedConfiguration } from "./followed-configuration.ts";
import { listenFailure } from "./listen-failure.ts";
import { LogVerbosity } from "./log-verbosity.ts";
import type { PreparedStart } from "./prepared-start.ts";
import { joinedInTime, redisRequired } from "./reach-redis.ts";
import { processFolder } from "../config/load-process-config.ts";
import { stopSeconds } from "../config/stop-seconds.ts";
import { successorCheck } from "./successor-check.ts";
import { ServerRun } from "./server-run.ts";
import { stopSummary } from "./stop-summary.ts";
import { versionText } from "./version.ts";
import { WatchSocket } from "./watch/watch-socket.ts";
import { writeOut } from "./outputs.ts";

/** Serves in this process until it has stopped; `worker` is its number where it is one of several, under a parent. */
export async function serve(prepared: PreparedStart, worker?: number): Promise<ExitCode> {
  const { source, config, tls, runtime, log } = prepared;
  const monitor = new Monitor(log);
  const left = worker === undefined ? "" : `worker ${worker} `;
  const write = (line: string): void => void writeOut(`${left}${line}\n`);
  const stream = new DebugStream(log, write, () => new Date(), config.server.scaling.enabled);
  const verbosity = new LogVerbosity(monitor, stream, prepared.debug);
  verbosity.apply(config.server.logLevel);
  const parent = worker === undefined ? undefined : new ParentLink();
  const bridge = parent === undefined || config.server.scaling.enabled
    ? undefined
    : await joinWorkers(parent);
  if (typeof bridge === "string") {
    log.error("bridge_refused", `Cannot join the other workers: ${bridge}`);
    return ExitCode.failed;
  }
  const notifier = worker === undefined ? await openServiceNotifier(runtime, log) : undefined;
  const startedAt = performance.now();
  let server: RunningServer;
  let run: ServerRun | undefined = undefined;
  if (worker === undefined) await removeDeadSockets(config);
  try {
    server = startServer(config, {
      runtime,
      monitor,
      tls: tls.settings,
      monotonic: () => performance.now(),
      wallClock: () => Date.now(),
      random: Math.random,
      version: versionText(),
      spool: new SpoolFiles(runtimePlaces(source.directory), "webhooks"),
      ...{ worker, bridge },
      restart: () => void run?.restart("resound restart --all"),
    });
  } catch (error) {
    if (!(error instanceof ListenError)) throw error;
    log.error("listen_failed", await listenFailure(error, config.server));
    return ExitCode.failed;
  }
  // Before the runtime file: who finds the server finds the socket.
  const watch = await WatchSocket.open({
    places: runtimePlaces(source.directory),
    server: worker === undefined ? process.pid : process.ppid,
    ...{ monitor, worker, log, version: versionText(), hubById: (id) => server.hubById(id) },
  });
  const control: ServerControl = notifier === undefined
    ? new ParentControl({
      link: parent!,
      log,
      version: versionText(),
      metrics: () => server.metricsText(),
      refused: (refusal) => monitor.refused(refusal),
    })
    : new SignalControl(notifier, log, {
      folder: source.directory,
      address: listeningAddress(config, server.port, tls.settings !== undefined),
      version: versionText(),
      stopSeconds: stopSeconds(config.server),
    });
  // Of a reload the parent logs what has become of it with all workers.
  const reloadLog = notifier === undefined ? silentLog(log) : log;
  const configuration = new FollowedConfiguration({ source, runtime, config, tls });
  // Before the line that the server is up: a signal that comes right after that line must not kill it.
  run = new ServerRun({
    ...{ configuration, control, runtime, log, reloadLog, verbosity, monitor, server },
    check: successorCheck({
      ...{ process, folder: processFolder(), log },
      isConfigured: () => !configuration.config.development,
    }),
  });
  if (!await joinedInTime(server.joined) && config.server.scaling.required) {
    log.error("redis_required", `Stopping: ${redisRequired(config.server.scaling)}`);
    run.stop("Redis cannot be used, and scaling.required is set");
    await run.ended;
    await watch?.close();
    return ExitCode.failed;
  }
  if (worker === undefined) announce({ config, ports: server, runtime, tls, log });
  run.begin();
  await run.ended;
  await watch?.close();
  log.info("server_stopped", stopSummary(monitor.counters, performance.now() - startedAt));
  return ExitCode.ok;
}

/** This process, as one that serves its clients together with its parent's other workers; or why it cannot. */
async function joinWorkers(parent: ParentLink): Promise<OwnerLink | string> {
  const place = await parent.place;
  return place === undefined ? "the parent has ended" : await OwnerLink.open(place);
}

async function removeDeadSockets({ server }: Config): Promise<void> {
  const sockets = [
    unixSocketOf(server),
    metricsPlace(server)?.unixSocket,
    dashboardPlace(server)?.unixSocket,
  ];
  for (const socket of sockets) if (socket !== undefined) await removeDeadSocket(socket);
}

function silentLog({ format }: Log): Log {
  return new Log(format, () => {}, () => new Date());
}
