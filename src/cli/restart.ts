import { type FoundServer, isRunning, readAgain } from "../process/registry/find-servers.ts";
import type { RuntimeRecord } from "../process/registry/runtime-record.ts";
import type { FolderOptions } from "./config-options.ts";
import { ExitCode } from "../process/exit-code.ts";
import { restartCluster } from "./restart-cluster.ts";
import { complain, say, signal, waitFor, withEachServer } from "./running-servers.ts";

/** The options of `resound restart`, as the command line gives them. */
export interface RestartOptions extends FolderOptions {
  readonly all?: boolean;
  readonly force?: boolean;
}

/** Seconds that a server may take to end after its clients are closed. */
const GRACE_SECONDS = 15;
/** Seconds that a server may take to check what would start in its place. */
const CHECK_SECONDS = 45;
/** Seconds that a worker may take to come up. */
const START_SECONDS = 30;

/** With `--all` restarts the cluster node by node. Otherwise stops every server of the folder and waits for its end; its process manager starts it again. */
export async function restart(options: RestartOptions): Promise<ExitCode> {
  if (options.all === true) return await restartCluster(options);
  return await withEachServer(options, (server) => restartOne(server, options.force === true));
}

/** Asks a parent to replace its workers; the parent itself stays. */
async function replaceWorkers(server: FoundServer, workers: number): Promise<boolean> {
  const { pid, address, stopSeconds } = server.record;
  const patience = stopSeconds + GRACE_SECONDS + START_SECONDS;
  const { rounds, awaited } = nextRestart(server.record);
  const name = `the ${workers} workers of the server ${pid} at ${address}`;
  if (!signal(server, "SIGUSR2")) return false;
  say(`Restarting ${name}; waiting up to ${patience} s`);
  const outcome = await waitFor(patience * 1000 * rounds, () => {
    const answer = readAgain(server)?.restart;
    if (answer !== undefined && answer.count >= awaited) return answer;
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

/** Which answer a restart gets that is asked for now, and how many restarts that takes: one that runs is answered first. */
function nextRestart({ restart, isRestarting }: RuntimeRecord): { rounds: number; awaited: number } {
  const rounds = isRestarting === true ? 2 : 1;
  return { rounds, awaited: (restart?.count ?? 0) + rounds };
}

async function restartOne(server: FoundServer, force: boolean): Promise<boolean> {
  const { workers, checksRestart, handsOver } = server.record;
  if (!force && workers !== undefined) return await replaceWorkers(server, workers);
  if (!force && handsOver === true) return await replaceServer(server);
  if (force || checksRestart !== true) {
    if (!signal(server, "SIGTERM")) return false;
  } else if (!await isAccepted(server)) return false;
  return await waitForEnd(server);
}

/** Asks a server to have another process take its place, and waits until the clients have moved. */
async function replaceServer(server: FoundServer): Promise<boolean> {
  const { stopSeconds } = server.record, name = nameOf(server);
  const patience = 4 * CHECK_SECONDS + stopSeconds + GRACE_SECONDS;
  const { rounds, awaited } = nextRestart(server.record);
  if (!signal(server, "SIGUSR2")) return false;
  const outcome = await waitFor(patience * 1000 * rounds, () => {
    const answer = readAgain(server)?.restart;
    if (answer !== undefined && answer.count >= awaited) return answer;
    return isRunning(server) ? undefined : "ended";
  });
  if (outcome === "ended" || outcome === undefined) {
    complain(
      `${name} ${
        outcome === "ended" ? "has ended" : `has not handed over within ${patience} s`
      }; its log says why`,
    );
    return false;
  }
  if (outcome.ends === true) return await waitForEnd(server);
  if (outcome.accepted) { for (const message of outcome.messages) say(message); }
  else complainOfRefusal(name, outcome.messages);
  return outcome.accepted;
}

/** Asks a server to restart, and waits until it has checked what would start in its place. */
async function isAccepted(server: FoundServer): Promise<boolean> {
  const before = server.record.restart?.count ?? 0, name = nameOf(server);
  if (!signal(server, "SIGUSR2")) return false;
  const outcome = await waitFor(CHECK_SECONDS * 1000, () => {
    const answer = readAgain(server)?.restart;
    if (answer !== undefined && answer.count > before) return answer;
    return isRunning(server) ? undefined : "ended";
  });
  if (outcome === undefined) {
    complain(`${name} has not answered within ${CHECK_SECONDS} s; its log says what became of it`);
    return false;
  }
  if (outcome === "ended" || outcome.accepted) return true;
  complainOfRefusal(name, outcome.messages);
  return false;
}

function complainOfRefusal(name: string, messages: readonly string[]): void {
  complain(`${name} is not restarted, since what would start in its place could not:`);
  for (const message of messages) complain(`  ${message}`);
  complain("  Correct it, or restart all the same with --force");
}

/** Waits for the end of a server that is stopping. */
async function waitForEnd(server: FoundServer): Promise<boolean> {
  const { pid, stopSeconds } = server.record, name = nameOf(server);
  const patience = stopSeconds + GRACE_SECONDS;
  const startedAt = performance.now();
  say(`Stopping ${name.replace("The", "the")}; waiting up to ${patience} s for its end`);
  const ended = await waitFor(patience * 1000, () => isRunning(server) ? undefined : true);
  if (ended === undefined) {
    complain(
      `${name} is still running ${patience} s after it was asked to stop; ` +
        `a second SIGTERM (kill ${pid}) ends it at once.`,
    );
    return false;
  }
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  say(`${name} has ended after ${seconds} s; its process manager starts the new one`);
  return true;
}

function nameOf({ record: { pid, address } }: FoundServer): string {
  return `The server ${pid} at ${address}`;
}
