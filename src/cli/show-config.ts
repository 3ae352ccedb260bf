import { type ConfigReading } from "../config/load-config.ts";
import { readProcessConfig } from "../config/load-process-config.ts";
import { command } from "./command.ts";
import { addConfigOptions, configMessages, type ConfigOptions, configSource } from "./config-options.ts";
import { describeConfig } from "./describe-config.ts";
import { ExitCode } from "../process/exit-code.ts";
import { writeError, writeOut } from "../process/outputs.ts";

/** `resound config`: the values that `start` would run with, and the place that sets each. */
export const configCommand = command<ConfigOptions>({
  name: "config",
  description: "print the configuration, each value with its source",
  options: addConfigOptions,
  run: (options) => Promise.resolve(showConfig(options)),
});

function showConfig(options: ConfigOptions): ExitCode {
  let reading: ConfigReading;
  try {
    reading = readProcessConfig(configSource(options));
  } catch (error) {
    for (const message of configMessages(error)) writeError(`${message}\n`);
    return ExitCode.usage;
  }
  writeOut(`${describeConfig(reading).join("\n")}\n`);
  for (const warning of reading.config.warnings) writeError(`Warning: ${warning}\n`);
  return ExitCode.ok;
}
