import type { Config } from "../config/config.ts";
import { loadProcessConfig } from "../config/load-process-config.ts";
import { askHealth, type HealthAnswer } from "../probe/ask-health.ts";
import { command } from "./command.ts";
import { addConfigOptions, configMessages, type ConfigOptions, configSource } from "./config-options.ts";
import { ExitCode } from "./exit-code.ts";

/** Milliseconds for the whole question; container engines wait longer. */
const TIMEOUT = 3000;

/** `resound health`: for the health check of a container that has no shell. Exits with 0 or 1 and nothing else, as Docker wants it. */
export const healthCommand = command<ConfigOptions>({
  name: "health",
  description: "ask the running server whether it is well (exit code 0 or 1)",
  options: addConfigOptions,
  run: health,
});

async function health(options: ConfigOptions): Promise<ExitCode> {
  let config: Config;
  try {
    config = loadProcessConfig(configSource(options));
  } catch (error) {
    for (const message of configMessages(error)) process.stderr.write(`${message}\n`);
    return ExitCode.failed;
  }
  const answer = await askHealth(config.server, TIMEOUT);
  if (answer.healthy) process.stdout.write(`${describe(answer)}\n`);
  else process.stderr.write(`${describe(answer)}\n`);
  return answer.healthy ? ExitCode.ok : ExitCode.failed;
}

function describe({ healthy, url, found }: HealthAnswer): string {
  return `${healthy ? "Healthy" : "Not healthy"}: ${url} ${found}`;
}
