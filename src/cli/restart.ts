import { type FoundServer, isRunning, readAgain } from "../process/registry/find-servers.ts";
import { command } from "./command.ts";
import { ExitCode } from "../process/exit-code.ts";
import { restartCluster } from "./restart-cluster.ts";
import {
  addFolderOption,
  complain,
  type FolderOptions,
  say,
  signal,
  waitFor,
  withEachServer,
} from "./running-servers.ts";

/** The options of `resound restart`, as the command line gives them. */
export interface RestartOptions extends FolderOptions {
  readonly all?: boolean;
}

/** Seconds that a server may take to end after its clients are closed. */
const GRACE_SECONDS = 15;
/** Seconds that a worker may take to come up. */
const START_SECONDS = 30;

/** `resound restart`. */
export const restartCommand = command<RestartOptions>({
  name: "restart",
  description: "stop the running server gracefully, so that its process manager starts it anew",
  options: (command) =>
    addFolderOption(command).option("--all", "every node of the cluster, one after the other"),
  run: restart,
});

/** With `--all` restarts the cluster node by node. Otherwise stops every server of the folder and waits for its end; its process manager starts it again. */
export async function restart(options: RestartOptions): Promise<ExitCode> {
  if (options.all === true) return await restartCluster(options);
  return await withEachServer(options, stopOne);
}

/** Asks a parent to replace its workers; the parent itself stays. */
async function replaceWorkers(server: FoundServer, workers: number): Promise<boolean> {
  const { pid, address, stopSeconds, restart } = server.record;
  const patience = workers * (stopSeconds + GRACE_SECONDS) + START_SECONDS;
  const before = restart?.count ?? 0;
  const name = `the ${workers} workers of the server ${pid} at ${address}`;
  if (!signal(server, "SIGUSR2")) return false;
  say(`Restarting ${name} one by one; waiting up to ${patience} s`);
  const outcome = await waitFor(patience * 1000, () => {
    const answer = readAgain(server)?.restart;
    if (answer !== undefined && answer.count > before) return answer;
    return isRunning(server) ? undefined : "ended";
  });
  if (outcome === "ended" || outcome === undefined) {
    const what = outcome === "ended" ? "has ended" : `has not restarted them within ${patience} s`;
    complain(`The server ${pid} at ${address} ${what}; its log says why`);
    return false;
  }
  for (const message of outcome.messages) (outcome.accepted ? say : complain)(message);
  return outcome.accepted;
}

async function stopOne(server: FoundServer): Promise<boolean> {
  const { pid, address, stopSeconds, workers } = server.record;
  if (workers !== undefined) return await replaceWorkers(server, workers);
  const patience = stopSeconds + GRACE_SECONDS;
  const startedAt = performance.now();
  if (!signal(server, "SIGTERM")) return false;
  say(`Stopping the server ${pid} at ${address}; waiting up to ${patience} s for its end`);
  const ended = await waitFor(patience * 1000, () => isRunning(server) ? undefined : true);
  if (ended === undefined) {
    complain(
      `The server ${pid} at ${address} is still running ${patience} s after SIGTERM; ` +
        `a second one (kill ${pid}) ends it at once.`,
    );
    return false;
  }
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  say(`The server ${pid} at ${address} has ended after ${seconds} s; its process manager starts the new one`);
  return true;
}
