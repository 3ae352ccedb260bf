import { type ChildProcessByStdio, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import type { Readable } from "node:stream";
import { errorCode, errorMessage, errorReason } from "../failures/error-reason.ts";
import type { Log } from "../monitoring/log.ts";
import { processPath } from "../config/load-process-config.ts";
import { type StartedByName, successorCommand } from "./handover/successor-command.ts";

/** Asks the program that a restart would start whether it can. Resolves with what is wrong; with nothing when all is well, or when that cannot be known. */
export type SuccessorCheck = () => Promise<readonly string[]>;

/** The option of `resound start` that reads and checks the configuration, and ends. */
export const CHECK_OPTION = "--check";
/** Beside it: the server that asks has configured applications, so that one that is made up is wrong. */
export const CONFIGURED_OPTION = "--configured";

/** Milliseconds for a check; reading the configuration takes a few hundred. */
const PATIENCE = 30_000;
/** Characters of its output that are read. */
const MOST_OUTPUT = 16_384;

/** The system has no more of something. */
const SCARCE: readonly string[] = ["EMFILE", "ENFILE", "EAGAIN", "ENOMEM"];

/** What a check needs. */
export interface SuccessorCheckParts {
  readonly process: StartedByName;
  /** The working folder by the name that it was started under: behind a link it may lead to a newer release than this process is in. */
  readonly folder: string;
  readonly log: Log;
  /** Whether the applications in use are configured, and not made up. */
  readonly isConfigured: () => boolean;
}

/**
 * A check by the program that is on disk now, with the arguments and in the environment of this process: it may be a newer version, and
 * the shell of `resound restart` has not the environment that the process manager gives.
 */
export function successorCheck(
  { process, folder, log, isConfigured }: SuccessorCheckParts,
): SuccessorCheck {
  const [program, ...args] = successorCommand(process, { folder, path: processPath() });
  const unknown = (reason: string): readonly string[] => {
    log.warning("configuration", `The new configuration was not checked before the restart: ${reason}`);
    return [];
  };
  return async () => {
    // The folder of a release that is gone: the process manager starts the server in another one.
    if (!existsSync(folder)) return unknown(`there is no folder ${folder} any more`);
    const options = [CHECK_OPTION, ...(isConfigured() ? [CONFIGURED_OPTION] : [])];
    const ended = await run(program, [...args, ...options], folder);
    if ("error" in ended) {
      const { error } = ended;
      // A server that lacks files or memory may need the restart.
      if (SCARCE.includes(errorCode(error))) return unknown(errorMessage(error));
      return [`Cannot run ${program}: ${errorReason(error)}`];
    }
    if (ended.code === 0) return [];
    if (ended.code === undefined) return unknown(`${program} has not answered within ${PATIENCE / 1000} s`);
    const lines = ended.output.split("\n").map((line) => line.trimEnd()).filter((line) => line !== "");
    if (options.some((option) => lines.some((line) => line.includes(`unknown option '${option}'`)))) {
      return unknown(`${program} is of a version that cannot do that`);
    }
    return lines.length > 0 ? lines : [`${program} cannot run: it ended with ${ended.code}`];
  };
}

/** How a program has ended; without a code it was too slow, and is killed. */
type Ended = { readonly code: number | string | undefined; readonly output: string } | {
  readonly error: unknown;
};

function run(program: string, args: readonly string[], folder: string): Promise<Ended> {
  return new Promise((done) => {
    let output = "", child: ChildProcessByStdio<null, null, Readable>;
    try {
      child = spawn(program, args, { cwd: folder, stdio: ["ignore", "ignore", "pipe"] });
    } catch (error) {
      // Some errors of the system come at once and not as an event.
      return done({ error });
    }
    const timer = setTimeout(() => {
      child.kill("SIGKILL");
      done({ code: undefined, output });
    }, PATIENCE);
    child.stderr.setEncoding("utf8");
    child.stderr.on("data", (text: string) => {
      if (output.length < MOST_OUTPUT) output += text;
    });
    child.once("error", (error) => {
      clearTimeout(timer);
      done({ error });
    });
    child.once("close", (code, signal) => {
      clearTimeout(timer);
      done({ code: code ?? signal ?? undefined, output });
    });
  });
}
