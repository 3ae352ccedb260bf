import type { Config } from "../config/config.ts";
import { errorMessage } from "../failures/error-reason.ts";
import { loadProcessConfig } from "../config/load-process-config.ts";
import type { KnownNode } from "../cluster/membership/node-lease.ts";
import { RedisKeys } from "../cluster/redis-keys.ts";
import { type RestartStep, rollingRestart } from "../cluster/membership/rolling-restart.ts";
import { configMessages, configSource } from "./config-options.ts";
import { stopSeconds } from "../config/stop-seconds.ts";
import type { FolderOptions } from "./config-options.ts";
import { ExitCode } from "../process/exit-code.ts";
import { reachRedis } from "../process/reach-redis.ts";
import { complain, say } from "./running-servers.ts";

/** Seconds that a node may take to end after its clients are closed, and its process manager to start another. */
const GRACE_SECONDS = 30;
/** Seconds for which the next node waits for the last one's clients: pusher-js takes up to 15 s where its first attempt fails. */
const CLIENT_SECONDS = 30;

/** Restarts the cluster that the folder's configuration names, node by node, and prints each step. */
export async function restartCluster({ laravel }: FolderOptions): Promise<ExitCode> {
  let config: Config;
  try {
    config = loadProcessConfig(configSource(laravel === undefined ? {} : { laravel }));
  } catch (error) {
    for (const message of configMessages(error)) complain(message);
    return ExitCode.usage;
  }
  const { scaling } = config.server;
  if (!scaling.enabled) {
    complain(
      "Cannot restart the cluster: the configuration of this folder has none (REVERB_SCALING_ENABLED is not true). " +
        "Without --all every server of this folder on this machine is restarted.",
    );
    return ExitCode.usage;
  }
  const { link, reason } = await reachRedis(scaling);
  try {
    if (reason !== undefined) {
      complain(`Cannot restart the cluster: Redis cannot be used (${reason}). Correct scaling.server.`);
      return ExitCode.failed;
    }
    const steps = rollingRestart({
      link,
      keys: new RedisKeys(scaling.prefix, scaling.server.database),
      patienceSeconds: stopSeconds(config.server) + GRACE_SECONDS,
      clientSeconds: CLIENT_SECONDS,
      pause: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
    });
    let outcome: ExitCode = ExitCode.failed, any = false;
    for await (const step of steps) {
      any = true;
      outcome = tell(step);
    }
    if (!any) complain(`No node of the cluster is alive (prefix ${scaling.prefix}).`);
    return outcome;
  } catch (error) {
    complain(`The restart of the cluster ends here: ${errorMessage(error)}`);
    return ExitCode.failed;
  } finally {
    await link.stop();
  }
}

function tell(step: RestartStep): ExitCode {
  const name = nameOf(step.node);
  switch (step.type) {
    case "asked":
      say(`Restarting ${name} (${step.number} of ${step.of})`);
      return ExitCode.failed;
    case "ended":
      say(`${name} has ended; waiting for its process manager to start another`);
      return ExitCode.failed;
    case "replaced":
      say(`${nameOf(step.by)} has taken its place`);
      return ExitCode.ok;
    case "clients_back":
      say(`The clients of ${name} are back (${step.clients})`);
      return ExitCode.ok;
    case "clients_missing":
      say(
        `${step.missing} of ${step.clients} clients of ${name} are not back after ${CLIENT_SECONDS} s; ` +
          "they may have left for good, and the restart goes on",
      );
      return ExitCode.ok;
    case "stuck":
      complain(`${name} does not end. The restart stops here; look at that node's log.`);
      return ExitCode.failed;
    case "not_replaced":
      complain(
        `No other node has taken the place of ${name}. The restart stops here, so that the others go on ` +
          "serving. Check that a process manager (systemd, Supervisor) starts that node again.",
      );
      return ExitCode.failed;
  }
}

function nameOf({ id, description }: KnownNode): string {
  return description === undefined
    ? `Node ${id}`
    : `Node ${id} (process ${description.pid} on ${description.host})`;
}
