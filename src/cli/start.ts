import { Option } from "commander";
import type { Config } from "../config/config.ts";
import { loadProcessConfig, processLogFormat } from "../config/load-process-config.ts";
import { checkOpenFiles } from "../doctor/check-open-files.ts";
import { openFileLimit } from "../monitoring/open-file-limit.ts";
import { chooseRuntime } from "../runtime/choose-runtime.ts";
import type { LocalTls } from "../tls/local-tls.ts";
import { readCertificates } from "../process/certificates.ts";
import { command } from "./command.ts";
import { ParentLink } from "../process/workers/parent-link.ts";
import { addConfigOptions, configError, type ConfigOptions, configSource } from "./config-options.ts";
import { ExitCode } from "../process/exit-code.ts";
import { openLog } from "../process/log-output.ts";
import { serve } from "../process/serve.ts";
import { startWorkers } from "../process/workers/start-workers.ts";
import { plannedWorkers } from "../process/workers/planned-workers.ts";

/** The options of `resound start`, as the command line gives them. */
export interface StartOptions extends ConfigOptions {
  readonly debug: boolean;
  /** Which of its parent's workers this process is; only the parent gives it. */
  readonly worker?: string;
}

/** `resound start`. */
export const startCommand = command<StartOptions>({
  name: "start",
  description: "start the server",
  isDefault: true,
  watchesOutput: true,
  options: (command) =>
    addConfigOptions(command)
      .option("--debug", "show every message that passes through", false)
      .addOption(new Option("--worker <number>").hideHelp()),
  run: start,
});

/** Runs the server until SIGINT or SIGTERM stops it; a second signal ends it at once. At SIGHUP it reads its configuration again. */
export async function start(options: StartOptions): Promise<ExitCode> {
  const worker = options.worker === undefined ? undefined : Number(options.worker);
  const log = openLog(options.logFormat ?? processLogFormat(), worker);
  if (worker !== undefined && !ParentLink.isThere) {
    log.error("configuration_invalid", "--worker is for processes that a parent starts: use --workers");
    return ExitCode.usage;
  }
  const source = configSource(options);
  const runtime = chooseRuntime();
  let config: Config, tls: LocalTls;
  try {
    config = loadProcessConfig(source);
    tls = readCertificates(config, source.directory, runtime);
  } catch (error) {
    const { messages, warnings } = configError(error);
    for (const message of messages) log.error("configuration_invalid", message);
    for (const warning of warnings) log.warning("configuration", warning);
    return ExitCode.usage;
  }
  log.level = config.server.logLevel;
  log.format = config.server.logFormat;
  const prepared = { source, config, tls, runtime, log, debug: options.debug };
  // The parent has logged the warnings about the configuration.
  if (worker !== undefined) return await serve(prepared, worker);
  for (const warning of [...config.warnings, ...tls.warnings]) log.warning("configuration", warning);
  if (config.server.compression !== "off" && !runtime.compresses) {
    log.warning("configuration", nothingCompressed(config.server.compression, runtime.name));
  }
  const openFiles = checkOpenFiles(openFileLimit(), config.applications);
  if (openFiles.remedy !== undefined) {
    log.warning("open_files", `Only ${openFiles.found}. ${openFiles.remedy}.`);
  }
  const { count, refusal } = plannedWorkers(config, { platform: process.platform, runtime });
  if (refusal !== undefined) {
    log.error("workers_refused", refusal);
    return ExitCode.usage;
  }
  return count === 1 ? await serve(prepared) : await startWorkers(prepared, count);
}

function nothingCompressed(mode: string, runtime: string): string {
  return `compression (REVERB_COMPRESSION) is ${mode}, but ${runtime} cannot compress WebSocket messages: they are sent as ` +
    "they are. Use the executable, or run this on Bun";
}
