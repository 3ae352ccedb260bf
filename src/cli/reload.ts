import { type FoundServer, isRunning, readAgain } from "../process/registry/find-servers.ts";
import type { ReloadOutcome } from "../process/registry/runtime-record.ts";
import type { FolderOptions } from "./config-options.ts";
import { ExitCode } from "../process/exit-code.ts";
import { complain, say, signal, waitFor, withEachServer } from "./running-servers.ts";

/** Seconds that a server may take to answer: reading the configuration takes milliseconds. */
const PATIENCE_SECONDS = 15;

/** Asks every server of the folder to read its configuration again and prints what became of it; 1 when one has refused. */
export async function reload(options: FolderOptions): Promise<ExitCode> {
  if (process.platform === "win32") {
    complain("Windows has no signal that asks a server to read its configuration again. Restart it instead.");
    return ExitCode.usage;
  }
  return await withEachServer(options, reloadOne);
}

async function reloadOne(server: FoundServer): Promise<boolean> {
  const { pid, address } = server.record;
  const name = `The server ${pid} at ${address}`;
  const before = server.record.reload?.count ?? 0;
  if (!signal(server, "SIGHUP")) return false;
  const outcome = await waitFor(PATIENCE_SECONDS * 1000, () => {
    const answer = readAgain(server)?.reload;
    if (answer !== undefined && answer.count > before) return answer;
    return isRunning(server) ? undefined : "ended";
  });
  if (outcome === "ended" || outcome === undefined) {
    complain(
      outcome === "ended"
        ? `${name} has ended before it answered; its log says why`
        : `${name} has not answered within ${PATIENCE_SECONDS} s; its log says what became of it`,
    );
    return false;
  }
  report(name, outcome);
  return outcome.accepted;
}

function report(name: string, { accepted, messages }: ReloadOutcome): void {
  const write = accepted ? say : complain;
  write(
    accepted ? `${name} has read its configuration again:` : `${name} has refused its new configuration:`,
  );
  for (const message of messages) write(`  ${message}`);
}
