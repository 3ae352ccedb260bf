import { ConfigError } from "../config/config-error.ts";
import { type CheckedStart, checkStart } from "../process/check-start.ts";
import { chooseRuntime } from "../runtime/choose-runtime.ts";
import { configError, configMessages, type ConfigOptions, configSource } from "./config-options.ts";
import { describeConfig, documentConfig } from "./describe-config.ts";
import { ExitCode } from "../process/exit-code.ts";
import { writeError, writeOut } from "../process/outputs.ts";

/** The options of `resound config`, as the command line gives them. */
export interface ShowConfigOptions extends ConfigOptions {
  readonly json: boolean;
  readonly dev: boolean;
}

export function showConfig(options: ShowConfigOptions): ExitCode {
  let checked: CheckedStart;
  try {
    checked = checkedStart(options);
  } catch (error) {
    const { messages, warnings } = configError(error);
    if (options.json) writeJson({ errors: messages, warnings });
    for (const message of configMessages(error)) writeError(`${message}\n`);
    return ExitCode.usage;
  }
  const { reading, warnings } = checked;
  if (options.json) writeJson(documentConfig(reading, warnings));
  else writeOut(`${describeConfig(reading).join("\n")}\n`);
  for (const warning of warnings) writeError(`Warning: ${warning}\n`);
  return ExitCode.ok;
}

/** What `start` would run with. Throws a `ConfigError` for each reason for which it would end. */
function checkedStart(options: ShowConfigOptions): CheckedStart {
  const { dev } = options;
  const checked = checkStart({ source: configSource(options), runtime: chooseRuntime(), dev });
  const { refusal } = checked.workers;
  if (refusal !== undefined) throw new ConfigError([refusal], { warnings: checked.warnings });
  return checked;
}

function writeJson(value: unknown): void {
  writeOut(`${JSON.stringify(value, undefined, 2)}\n`);
}
