import { resolve } from "node:path";
import { type Command, InvalidArgumentError, Option } from "commander";
import { ConfigError } from "../config/config-error.ts";
import { listeningPort } from "../config/kinds/value-kind.ts";
import { type ConfigSource, processFolder } from "../config/load-process-config.ts";
import { serverSettings } from "../config/settings/server-settings.ts";
import { type AnySetting, settingsOf } from "../config/settings/setting.ts";
import { FOREIGN_SERVERS, type ForeignServer } from "../config/from/foreign-reading.ts";
import { flagName } from "../config/sources/flag-source.ts";
import type { LogFormat } from "../monitoring/log.ts";

/** The options that a command reads the configuration by, under commander's names; those of settings are as they were written. */
export interface ConfigOptions {
  readonly laravel?: string;
  readonly config?: string;
  readonly from?: ForeignServer;
  /** Named, since it counts before the configuration is read. */
  readonly logFormat?: LogFormat;
  readonly [name: string]: unknown;
}

/** The settings that the command line may hold, in the order of the help text. */
const flagged = settingsOf(serverSettings).filter(({ flag }) => flag !== undefined);

/** Declares the options of a command that reads the configuration; all such commands have the same, so that a server started with `--port` is asked with it. */
export function addConfigOptions(command: Command): Command {
  for (const setting of flagged) command.addOption(optionOf(setting));
  return addFileOptions(command);
}

/** Declares the options that name the configuration's files, for a command to which the server's address does not matter. */
export function addFileOptions(command: Command): Command {
  return command
    .option("--laravel <folder>", "folder of the Laravel application (default: the current folder)")
    .option("--config <file>", "a .toml or .php file to read in place of the folder's own")
    .addOption(
      new Option(
        "--from <server>",
        "read the configuration of another server where there is none of Resound's",
      )
        .choices([...FOREIGN_SERVERS]),
    );
}

/** The options of a command that talks to the servers of a folder. */
export interface FolderOptions {
  readonly laravel?: string;
}

/** Declares the option of a command that talks to the servers of a folder. */
export function addFolderOption(command: Command): Command {
  return command.option(
    "--laravel <folder>",
    "folder that the server was started for (default: the current folder)",
  );
}

/** The option of commands that start a server, or show what a start would use. */
export function devOption(): Option {
  const description = "make up an application where a Laravel application has no credentials";
  return new Option("--dev", description).default(false);
}

/** The configuration that the options ask for, as the readers of src/config take it. */
export function configSource(options: ConfigOptions): ConfigSource {
  const flags = flagged.map((setting) => [flagName(setting), options[optionOf(setting).attributeName()]]);
  return {
    directory: namedFolder(options.laravel),
    configFile: options.config === undefined ? undefined : resolve(options.config),
    from: options.from,
    flags: Object.fromEntries(flags),
  };
}

/**
 * The folder that `--laravel` gives, the current one without it, by the names that were given: a link in them may lead to another release
 * later. `..` is counted from the real folder, as shells' commands do.
 */
export function namedFolder(laravel = "."): string {
  return resolve(laravel.split("/").includes("..") ? "." : processFolder(), laravel);
}

/** The error of a configuration that cannot be used; any other error is a defect and thrown again. */
export function configError(error: unknown): ConfigError {
  if (error instanceof ConfigError) return error;
  throw error;
}

/** Lines for a configuration that cannot be used: its errors, then the warnings, one of which may explain them. */
export function configMessages(error: unknown): readonly string[] {
  const { messages, warnings } = configError(error);
  return [...messages, ...warnings.map((warning) => `Warning: ${warning}`)];
}

function optionOf(setting: AnySetting): Option {
  const { flag, env, default: value, description, kind } = setting;
  const fallback = value === "" || value === false || value === undefined ? "" : `, default ${value}`;
  const option = new Option(flag!, `${description.replaceAll("`", "")} (${env}${fallback})`);
  if (kind.words !== undefined) option.choices(kind.words);
  return kind === listeningPort ? option.argParser(portNumber) : option;
}

function portNumber(text: string): string {
  if (!/^\d{1,5}$/.test(text) || Number(text) > 65535) {
    throw new InvalidArgumentError("Expected a number from 0 to 65535.");
  }
  return text;
}
