import { FOREIGN_SERVERS, type ForeignServer } from "../config/from/foreign-reading.ts";
import { writtenToml, writtenVariables } from "../config/from/written-configuration.ts";
import { readProcessConfig } from "../config/load-process-config.ts";
import { ExitCode } from "../process/exit-code.ts";
import { configMessages, type ConfigOptions, configSource } from "./config-options.ts";
import { complain, say } from "./running-servers.ts";

/** The options of `resound migrate`, as the command line gives them. */
export interface MigrateOptions extends ConfigOptions {
  readonly toml?: true;
}

/** What a Laravel application needs besides, so that it and its front end use its connection `reverb`. */
const LARAVEL_LINES: readonly string[] = [
  "BROADCAST_CONNECTION=reverb",
  'VITE_REVERB_APP_KEY="${REVERB_APP_KEY}"',
  'VITE_REVERB_HOST="${REVERB_HOST}"',
  'VITE_REVERB_PORT="${REVERB_PORT}"',
  'VITE_REVERB_SCHEME="${REVERB_SCHEME}"',
];

/** Prints the configuration of another server as ours: lines for `.env`, or a `resound.toml`. The output holds secrets. */
export function migrate(options: MigrateOptions, [name]: readonly string[]): ExitCode {
  const from = FOREIGN_SERVERS.find((each) => each === name);
  if (from === undefined) {
    complain(`resound migrate: expected ${FOREIGN_SERVERS.join(" or ")}, got ${JSON.stringify(name ?? "")}.`);
    return ExitCode.usage;
  }
  try {
    const { file, config } = readProcessConfig({ ...configSource(options), from });
    for (const warning of config.warnings) complain(`Warning: ${warning}`);
    if (file?.from === undefined) {
      complain("Nothing is written: the configuration is Resound's own already.");
      return ExitCode.usage;
    }
    return options.toml === true ? printToml(file, from) : printVariables(file, from);
  } catch (error) {
    for (const message of configMessages(error)) complain(message);
    return ExitCode.usage;
  }
}

type File = Parameters<typeof writtenToml>[0];

function printToml(file: File, from: ForeignServer): ExitCode {
  say(`# resound.toml: what ${TITLES[from]}. It holds secrets.`);
  say(writtenToml(file).trimEnd());
  return ExitCode.ok;
}

function printVariables(file: File, from: ForeignServer): ExitCode {
  const { lines, unsayable } = writtenVariables(file);
  if (unsayable.length > 0) {
    complain("Not everything can be written as lines of a .env; write a resound.toml with --toml:");
    for (const sentence of unsayable) complain(`  ${sentence}`);
    return ExitCode.usage;
  }
  say(`# Lines for .env: what ${TITLES[from]}. They hold secrets.`);
  for (const line of lines) say(line);
  if (from === "pusher") { for (const line of LARAVEL_LINES) say(line); }
  return ExitCode.ok;
}

/** Completes "what …". */
const TITLES: Readonly<Record<ForeignServer, string>> = {
  soketi: "soketi was configured with",
  pusher: "Laravel had for Pusher",
};
