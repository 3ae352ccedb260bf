import type { Config } from "../config/config.ts";
import { processFolder } from "../config/load-process-config.ts";
import { stopSeconds } from "../config/stop-seconds.ts";
import { DebugStream } from "../hub/monitor/debug-stream.ts";
import { Monitor } from "../hub/monitor/monitor.ts";
import { Log } from "../monitoring/log.ts";
import { ListenError } from "../runtime/listen-error.ts";
import { removeDeadSocket, unixSocketOf } from "../runtime/unix-socket.ts";
import { dashboardPlace, metricsPlace } from "../server/own-port.ts";
import { startServer } from "../server.ts";
import type { RunningServer } from "../server/running-server.ts";
import { announce } from "./announce.ts";
import { listeningAddress } from "./banner.ts";
import { ExitCode } from "./exit-code.ts";
import { FollowedConfiguration } from "./followed-configuration.ts";
import { listenFailure } from "./listen-failure.ts";
import { LogVerbosity } from "./log-verbosity.ts";
import { writeOut } from "./outputs.ts";
import type { PreparedStart } from "./prepared-start.ts";
import { joinedInTime, redisRequired } from "./reach-redis.ts";
import { runtimePlaces } from "./registry/runtime-places.ts";
import { ServerRun } from "./server-run.ts";
import type { ServerRole } from "./server-role.ts";
import { SpoolFiles } from "./spool-files.ts";
import { stopSummary } from "./stop-summary.ts";
import { successorCheck } from "./successor-check.ts";
import { versionText } from "./version.ts";
import { WatchSocket } from "./watch/watch-socket.ts";

/** Reading so many applications leaves far more memory behind than they take, and the server is about to ask for more. */
const MANY_APPLICATIONS = 1000;

/** Serves in this process, in a role, until it has stopped. Resolves with the exit code of the server. */
export async function serve(prepared: PreparedStart, role: ServerRole): Promise<ExitCode> {
  const { source, config, tls, runtime, log } = prepared, { worker, predecessor } = role;
  const { scaling } = config.server;
  const monitor = new Monitor(log);
  const left = worker === undefined ? "" : `worker ${worker} `;
  const write = (line: string): void => void writeOut(`${left}${line}\n`);
  const stream = new DebugStream(log, write, () => new Date(), scaling.enabled || worker !== undefined);
  const verbosity = new LogVerbosity(monitor, stream, prepared.debug);
  verbosity.apply(config.server.logLevel);
  const startedAt = performance.now();
  // No client waits yet.
  if (config.applications.length >= MANY_APPLICATIONS) runtime.freeMemory?.();
  let server: RunningServer;
  let run: ServerRun | undefined = undefined;
  if (worker === undefined && predecessor?.areShared !== true) await removeDeadSockets(config);
  let hasJoined: boolean | undefined = undefined;
  try {
    server = await startServer(config, {
      runtime,
      monitor,
      tls: tls.settings,
      monotonic: () => performance.now(),
      wallClock: () => Date.now(),
      random: Math.random,
      version: versionText(),
      spool: new SpoolFiles(runtimePlaces(source.directory), "webhooks"),
      recoverySpool: new SpoolFiles(runtimePlaces(source.directory), "recovery"),
      ...{ worker, bridge: role.bridge },
      restart: () => void run?.restart("resound restart --all"),
      predecessor: predecessor === undefined ? undefined : {
        ...predecessor,
        async ready(joined) {
          hasJoined = await joinedInTime(joined);
          if (!hasJoined && scaling.required) throw new RedisRequired(redisRequired(scaling));
        },
      },
    });
  } catch (error) {
    if (!(error instanceof ListenError || error instanceof RedisRequired)) throw error;
    const reason = error instanceof ListenError ? await listenFailure(error, config.server) : error.message;
    if (role.refused === undefined) log.error("listen_failed", reason);
    else await role.refused([reason]);
    return ExitCode.failed;
  }
  // Before the runtime file: who finds the server finds the socket.
  const watch = await WatchSocket.open({
    places: runtimePlaces(source.directory),
    server: worker === undefined && predecessor === undefined ? process.pid : process.ppid,
    ...{
      monitor,
      worker,
      log,
      version: versionText(),
      hubById: (id) => server.hubById(id),
      refresh: server.refresh,
    },
  });
  const configuration = new FollowedConfiguration({ source, runtime, config, tls });
  const isConfigured = (): boolean => !configuration.config.development;
  const { control, replace } = role.control({
    ...{ server, monitor, isConfigured },
    description: {
      folder: source.directory,
      address: listeningAddress(config, server.port, tls.settings !== undefined),
      version: versionText(),
      stopSeconds: stopSeconds(config.server),
    },
  });
  // Of a reload the parent logs what has become of it with all workers.
  const reloadLog = worker === undefined ? log : silentLog(log);
  // Before the line that the server is up: a signal that comes right after that line must not kill it.
  run = new ServerRun({
    ...{ configuration, control, runtime, log, reloadLog, verbosity, monitor, server },
    check: successorCheck({ process, folder: processFolder(), log, isConfigured }),
    ...{ replace, seenSignal: predecessor?.signal, isShared: predecessor?.areShared },
  });
  role.running?.(run);
  hasJoined ??= await joinedInTime(server.joined);
  if (!hasJoined && scaling.required) {
    log.error("redis_required", `Stopping: ${redisRequired(scaling)}`);
    run.stop("Redis cannot be used, and scaling.required is set");
    await run.ended;
    await watch?.close();
    return ExitCode.failed;
  }
  if (worker === undefined) announce({ config, ports: server, runtime, tls, log });
  run.begin();
  await role.listening?.();
  await run.ended;
  await watch?.close();
  log.info("server_stopped", stopSummary(monitor.counters, performance.now() - startedAt));
  return ExitCode.ok;
}

/** The process that was to take the place of another does not listen without Redis. */
class RedisRequired extends Error {}

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
