import { resolve } from "node:path";
import { type Command, InvalidArgumentError, Option } from "commander";
import { ConfigError } from "../config/config-error.ts";
import type { ConfigSource } from "../config/load-process-config.ts";
import { LOG_FORMATS, type LogFormat } from "../monitoring/log.ts";
import { LOG_LEVELS } from "../monitoring/log-level.ts";

/** The options that say which configuration is meant, as the command line gives them. */
export interface ConfigOptions {
  readonly host?: string;
  readonly port?: string;
  readonly path?: string;
  readonly hostname?: string;
  readonly reusePort?: boolean;
  readonly workers?: string;
  readonly dashboard?: boolean;
  readonly logLevel?: string;
  readonly logFormat?: LogFormat;
  readonly laravel?: string;
  readonly config?: string;
}

/** Declares the options of a command that reads the configuration; they say the same to all, so one started with `--port` is asked with it. */
export function addConfigOptions(command: Command): Command {
  const named = command
    .option("--host <address>", "address or unix:/path to listen on (REVERB_SERVER_HOST, default 0.0.0.0)")
    .option(
      "--port <number>",
      "port to listen on, 0 for any free one (REVERB_SERVER_PORT, default 8080)",
      portNumber,
    )
    .option("--path <prefix>", "prefix of every route (REVERB_SERVER_PATH)")
    .option("--hostname <name>", "public host name (REVERB_HOST)")
    .option(
      "--reuse-port",
      "let the next server listen on the port before this one stops (REVERB_REUSE_PORT)",
    )
    .option(
      "--workers <number>",
      "server processes on one port, auto for one a processor (REVERB_WORKERS, default 1)",
    )
    .option("--dashboard", "show the dashboard at /dashboard (REVERB_DASHBOARD_ENABLED)")
    .addOption(
      new Option("--log-level <level>", "the least to log (REVERB_LOG_LEVEL, default info)").choices(
        LOG_LEVELS,
      ),
    )
    .addOption(
      new Option("--log-format <format>", "how to log (REVERB_LOG_FORMAT, default text)").choices(
        LOG_FORMATS,
      ),
    );
  return addFileOptions(named);
}

/** Declares those that say where the configuration is, for a command to which it does not matter where the server listens. */
export function addFileOptions(command: Command): Command {
  return command
    .option("--laravel <folder>", "folder of the Laravel application (default: the current folder)")
    .option("--config <file>", "a .toml or .php file to read in place of the folder's own");
}

/** The configuration that the options mean, as the readers of src/config want it asked for. */
export function configSource(options: ConfigOptions): ConfigSource {
  const { host, port, path, hostname, reusePort, workers, dashboard, logLevel, logFormat } = options;
  return {
    directory: resolve(options.laravel ?? "."),
    configFile: options.config === undefined ? undefined : resolve(options.config),
    flags: {
      host,
      port,
      path,
      hostname,
      reuse_port: reusePort,
      workers,
      log_level: logLevel,
      log_format: logFormat,
      "dashboard.enabled": dashboard,
    },
  };
}

/** The messages of a configuration that cannot be used; whatever else was thrown is a defect and thrown again. */
export function configMessages(error: unknown): readonly string[] {
  if (error instanceof ConfigError) return error.messages;
  throw error;
}

function portNumber(text: string): string {
  if (!/^\d{1,5}$/.test(text) || Number(text) > 65535) {
    throw new InvalidArgumentError("Expected a number from 0 to 65535.");
  }
  return text;
}
