import { processLogFormat } from "../config/load-process-config.ts";
import { checkOpenFiles } from "../doctor/check-open-files.ts";
import { openFileLimit } from "../monitoring/open-file-limit.ts";
import { chooseRuntime } from "../runtime/choose-runtime.ts";
import { type CheckedStart, checkStart } from "../process/check-start.ts";
import { ParentLink } from "../process/workers/parent-link.ts";
import { configError, configMessages, type ConfigOptions, configSource } from "./config-options.ts";
import { ConfigError } from "../config/config-error.ts";
import { NONE_ANY_MORE } from "../process/followed-configuration.ts";
import { writeError } from "../process/outputs.ts";
import { ExitCode } from "../process/exit-code.ts";
import { openLog } from "../process/log-output.ts";
import { MainLink } from "../process/handover/main-link.ts";
import { serveAsMain } from "../process/handover/serve-as-main.ts";
import { serveAsSuccessor } from "../process/handover/serve-as-successor.ts";
import { serveAsWorker } from "../process/workers/serve-as-worker.ts";
import { startWorkers } from "../process/workers/start-workers.ts";

/** The options of `resound start`, as the command line gives them. */
export interface StartOptions extends ConfigOptions {
  readonly debug: boolean;
  readonly dev: boolean;
  /** Whether to read and check the configuration and end: a server asks this of the program that a restart would start. */
  readonly check?: true;
  /** Beside `check`: whether an application that is made up is wrong, as the server that asks has configured ones. */
  readonly configured?: true;
  /** Which of its parent's workers this process is; only the parent gives it. */
  readonly worker?: string;
  /** Whether it takes the place of a process that serves; only the main process of that gives it. */
  readonly successor?: true;
}

/** Runs the server until SIGINT or SIGTERM stops it; a second signal ends it at once. At SIGHUP it reads its configuration again. */
export async function start(options: StartOptions): Promise<number> {
  if (options.check === true) return check(options);
  const worker = options.worker === undefined ? undefined : Number(options.worker);
  const log = openLog(options.logFormat ?? processLogFormat(), worker);
  if (worker !== undefined && !ParentLink.isThere) {
    log.error("configuration_invalid", "--worker is for processes that a parent starts: use --workers");
    return ExitCode.usage;
  }
  if (options.successor === true && !MainLink.isThere) {
    log.error(
      "configuration_invalid",
      "--successor is for processes that a running server starts: use `resound restart`",
    );
    return ExitCode.usage;
  }
  const main = options.successor === true ? new MainLink() : undefined;
  const source = { ...configSource(options), settlesApplications: false };
  const runtime = chooseRuntime();
  let checked: CheckedStart;
  try {
    checked = checkStart({ source, runtime, dev: options.dev });
  } catch (error) {
    if (main !== undefined) {
      await main.report({ type: "refused", messages: configMessages(error) });
      return ExitCode.usage;
    }
    const { messages, warnings } = configError(error);
    for (const message of messages) log.error("configuration_invalid", message);
    for (const warning of warnings) log.warning("configuration", warning);
    return ExitCode.usage;
  }
  const { reading: { config }, tls, workers: { count, refusal } } = checked;
  log.level = config.server.logLevel;
  log.format = config.server.logFormat;
  const prepared = { source, config, tls, runtime, log, debug: options.debug };
  if (worker !== undefined) {
    if (config.development) {
      // Its parent has a configured one: the file with it is missing for a moment.
      log.error("configuration_invalid", "No application is configured any more");
      return ExitCode.usage;
    }
    // The parent has logged the warnings about the configuration.
    return await serveAsWorker(prepared, worker);
  }
  for (const warning of checked.warnings) log.warning("configuration", warning);
  const openFiles = checkOpenFiles({ server: openFileLimit(), shell: undefined }, true, config.applications);
  if (openFiles.remedy !== undefined) {
    log.warning("open_files", `Only ${openFiles.found}. ${openFiles.remedy}.`);
  }
  if (main !== undefined) {
    const wrong = options.configured === true && config.development ? NONE_ANY_MORE : refusal;
    if (wrong === undefined) {
      return await serveAsSuccessor(prepared, main, {
        workers: count,
        scaling: config.server.scaling.enabled,
      });
    }
    await main.report({ type: "refused", messages: [wrong] });
    return ExitCode.usage;
  }
  if (refusal !== undefined) {
    log.error("workers_refused", refusal);
    return ExitCode.usage;
  }
  return count === 1 ? await serveAsMain(prepared) : await startWorkers(prepared, count);
}

/** Says on standard error why a start would be refused, each reason a line. */
function check({ dev, configured, ...options }: StartOptions): ExitCode {
  try {
    const { workers, warnings, reading } = checkStart({
      source: configSource(options),
      runtime: chooseRuntime(),
      dev,
    });
    if (configured === true && reading.config.development) {
      throw new ConfigError([NONE_ANY_MORE], { warnings });
    }
    if (workers.refusal === undefined) return ExitCode.ok;
    throw new ConfigError([workers.refusal], { warnings });
  } catch (error) {
    for (const message of configMessages(error)) writeError(`${message}\n`);
    return ExitCode.usage;
  }
}
