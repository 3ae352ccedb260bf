import { statSync } from "node:fs";
import { errorCode, errorReason } from "../failures/error-reason.ts";
import { findByName, findServers, type FoundServer } from "../process/registry/find-servers.ts";
import { runtimePlaces } from "../process/registry/runtime-places.ts";
import { removeDeadWatchSockets } from "../process/watch/watch-places.ts";
import { type FolderOptions, namedFolder } from "./config-options.ts";
import { ExitCode } from "../process/exit-code.ts";
import { writeError, writeOut } from "../process/outputs.ts";

/** Finds the servers of the folder; when there is none, prints that, and why it may be. */
function findOrComplain({ laravel }: FolderOptions): readonly FoundServer[] {
  const folder = namedFolder(laravel);
  const refusal = folderRefusal(folder);
  if (refusal !== undefined) {
    complain(`Cannot look for a server in ${folder}: ${refusal}`);
    return [];
  }
  const places = runtimePlaces(folder), { running: here, problems } = findServers(places);
  const running = here.length > 0 ? here : findByName(folder);
  removeDeadWatchSockets(places);
  for (const problem of problems) complain(problem);
  if (running.length === 0 && problems.length === 0) {
    complain(
      `No server runs for ${folder}. Give the folder that it was started in with --laravel, ` +
        "and run this as the same user.",
    );
  }
  return running;
}

/** Why a folder cannot be looked into, for people; `undefined` when it can. Commands that need a folder share it. */
export function folderRefusal(folder: string): string | undefined {
  try {
    return statSync(folder).isDirectory() ? undefined : "it is not a folder";
  } catch (error) {
    return errorCode(error) === "ENOENT" ? "no such folder" : errorReason(error);
  }
}

/** Does one thing with every server of the folder at the same time. Fails when there is none, or when it fails with one. */
export async function withEachServer(
  options: FolderOptions,
  act: (server: FoundServer) => Promise<boolean>,
): Promise<ExitCode> {
  const servers = findOrComplain(options);
  if (servers.length === 0) return ExitCode.failed;
  const done = await Promise.all(servers.map(act));
  return done.every((each) => each) ? ExitCode.ok : ExitCode.failed;
}

/** Prints one line for the operator about something that failed. */
export function complain(line: string): void {
  writeError(`${line}\n`);
}

/** Prints one line for the operator. */
export function say(line: string): void {
  writeOut(`${line}\n`);
}

/** Sends a signal to a server that was found; when that fails, says why and returns false. */
export function signal({ record }: FoundServer, name: "SIGTERM" | "SIGHUP" | "SIGUSR2"): boolean {
  try {
    process.kill(record.pid, name);
    return true;
  } catch (error) {
    const code = errorCode(error);
    // It ended by itself in between: a stop has then happened.
    if (code === "ESRCH") return name === "SIGTERM";
    const reason = code === "EPERM"
      ? "it runs as another user; run this as that user or as root"
      : String(error);
    complain(`Cannot signal the server ${record.pid} at ${record.address}: ${reason}`);
    return false;
  }
}

/** Asks again and again until the answer is there or `milliseconds` have passed. */
export async function waitFor<T>(milliseconds: number, ask: () => T | undefined): Promise<T | undefined> {
  const end = performance.now() + milliseconds;
  for (;;) {
    const answer = ask();
    if (answer !== undefined || performance.now() > end) return answer;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
