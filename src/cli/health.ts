import type { Config } from "../config/config.ts";
import { loadProcessConfig } from "../config/load-process-config.ts";
import { askHealth, type HealthAnswer } from "../doctor/probe/ask-health.ts";
import { configMessages, type ConfigOptions, configSource } from "./config-options.ts";
import { ExitCode } from "../process/exit-code.ts";
import { writeError, writeOut } from "../process/outputs.ts";

/** Milliseconds for the whole question; container engines wait longer. */
const TIMEOUT = 3000;

/** The options of `resound health`, as the command line gives them. */
export interface HealthOptions extends ConfigOptions {
  readonly ready: boolean;
}

export async function health(options: HealthOptions): Promise<ExitCode> {
  let config: Config;
  try {
    config = loadProcessConfig(configSource(options));
  } catch (error) {
    for (const message of configMessages(error)) writeError(`${message}\n`);
    return ExitCode.failed;
  }
  const answer = await askHealth(config.server, TIMEOUT, options.ready ? "ready" : "up");
  const line = `${describe(answer, options.ready ? "Ready" : "Healthy")}\n`;
  if (answer.healthy) writeOut(line);
  else writeError(line);
  return answer.healthy ? ExitCode.ok : ExitCode.failed;
}

function describe({ healthy, url, found }: HealthAnswer, word: "Healthy" | "Ready"): string {
  return `${healthy ? word : `Not ${word.toLowerCase()}`}: ${url} ${found}`;
}
