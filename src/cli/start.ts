import { Option } from "commander";
import type { Config } from "../config/config.ts";
import { loadProcessConfig } from "../config/load-process-config.ts";
import { checkOpenFiles } from "../doctor/check-open-files.ts";
import { DebugStream } from "../monitoring/debug-stream.ts";
import { Log, type LogFormat } from "../monitoring/log.ts";
import { isLoud } from "../monitoring/log-level.ts";
import { Monitor } from "../monitoring/monitor.ts";
import { openFileLimit } from "../process/open-file-limit.ts";
import { chooseRuntime } from "../runtime/choose-runtime.ts";
import { ListenError } from "../runtime/runtime.ts";
import { removeDeadSocket, unixSocketOf } from "../runtime/unix-socket.ts";
import { type RunningServer, startServer } from "../server.ts";
import type { LocalTls } from "../tls/local-tls.ts";
import { bannerLines, listeningAddress } from "./banner.ts";
import { readCertificates } from "./certificates.ts";
import { command } from "./command.ts";
import { addConfigOptions, configMessages, type ConfigOptions, configSource } from "./config-options.ts";
import { ExitCode } from "./exit-code.ts";
import { listenFailure } from "./listen-failure.ts";
import { joinedInTime, redisRequired } from "./join-outcome.ts";
import { LogVerbosity } from "./log-verbosity.ts";
import { ServerRun } from "./server-run.ts";
import { openServiceNotifier } from "./service-notifier.ts";
import { stopSummary } from "./stop-summary.ts";
import { versionText } from "./version.ts";

/** The options of `resound start`, as the command line gives them. */
export interface StartOptions extends ConfigOptions {
  readonly debug: boolean;
  readonly logFormat: LogFormat;
}

/** `resound start`. */
export const startCommand = command<StartOptions>({
  name: "start",
  description: "start the server",
  isDefault: true,
  options: (command) =>
    addConfigOptions(command)
      .option("--debug", "show every message that passes through", false)
      .addOption(
        new Option("--log-format <format>", "how to print").choices(["text", "json"] satisfies LogFormat[])
          .default("text"),
      ),
  run: start,
});

/** Runs the server until it is told to stop (SIGINT, SIGTERM); a second signal ends it at once. SIGHUP has it read its configuration again. */
export async function start(options: StartOptions): Promise<ExitCode> {
  survivePipeEnd();
  const now = (): Date => new Date();
  const log = new Log(options.logFormat, (line, level) => {
    (level === "warning" || level === "error" ? process.stderr : process.stdout).write(`${line}\n`);
  }, now);

  const source = configSource(options);
  const runtime = chooseRuntime();
  let config: Config, tls: LocalTls;
  try {
    config = loadProcessConfig(source);
    tls = readCertificates(config, source.directory, runtime);
  } catch (error) {
    for (const message of configMessages(error)) log.error("configuration_invalid", message);
    return ExitCode.usage;
  }
  log.level = config.server.logLevel;
  for (const warning of [...config.warnings, ...tls.warnings]) log.warning("configuration", warning);
  const openFiles = checkOpenFiles(openFileLimit(), config.applications);
  if (openFiles.remedy !== undefined) {
    log.warning("open_files", `Only ${openFiles.found}. ${openFiles.remedy}.`);
  }

  const monitor = new Monitor(log);
  const stream = new DebugStream(log, (line) => void process.stdout.write(`${line}\n`), now);
  const verbosity = new LogVerbosity(monitor, stream, options.debug);
  verbosity.apply(config.server.logLevel);
  const notifier = await openServiceNotifier(runtime, log);
  const startedAt = performance.now();
  let server: RunningServer;
  let run: ServerRun | undefined = undefined;
  const unixSocket = unixSocketOf(config.server);
  const metricsSocket = unixSocketOf({ ...config.server, host: config.server.metricsHost });
  for (const socket of [unixSocket, metricsSocket]) if (socket !== undefined) await removeDeadSocket(socket);
  try {
    server = startServer(config, {
      runtime,
      monitor,
      tls: tls.settings,
      monotonic: () => performance.now(),
      wallClock: () => Date.now(),
      random: Math.random,
      version: versionText(),
      restart: () => run?.restart("resound restart --all"),
    });
  } catch (error) {
    if (!(error instanceof ListenError)) throw error;
    log.error("listen_failed", listenFailure(error, config.server));
    return ExitCode.failed;
  }
  const address = listeningAddress(config, server.port, tls.settings !== undefined);
  // Before anyone can read that the server is up: a signal that comes right after that must not kill it.
  run = new ServerRun({ source, runtime, log, verbosity, monitor, notifier, server, address }, config, tls);
  if (!await joinedInTime(server.joined) && config.server.scaling.required) {
    log.error("redis_required", `Stopping: ${redisRequired(config.server.scaling)}`);
    run.restart("Redis cannot be used, and scaling.required is set");
    await run.ended;
    return ExitCode.failed;
  }
  const banner = bannerLines(config, server, versionText(), runtime.name, tls);
  if (options.logFormat === "text") {
    if (isLoud("info", log.level)) process.stdout.write(`${banner.join("\n")}\n`);
  } else {
    const [started = "", ...details] = banner.filter((line) => line !== "");
    log.info("server_started", started, {
      port: unixSocket === undefined ? server.port : undefined,
      metrics_port: metricsSocket === undefined ? server.metricsPort : undefined,
    });
    for (const detail of details) log.info("server_details", detail.trim());
  }
  run.announced();
  await run.ended;
  log.info("server_stopped", stopSummary(monitor.counters, performance.now() - startedAt));
  return ExitCode.ok;
}

/** Whoever read the output may be gone (`| head`, a log collector that was restarted, a closed terminal): nothing to fail on. */
function survivePipeEnd(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code !== "EPIPE" && error.code !== "EIO") throw error;
    });
  }
}
