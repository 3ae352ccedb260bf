import { accessSync, constants, existsSync, readFileSync, statSync } from "node:fs";
import { delimiter, join, resolve } from "node:path";
import { ownCommand, type StartedAs } from "../workers/own-command.ts";

/** The option of `resound start` by which a process is told that the main process has started it. */
export const SUCCESSOR_OPTION = "--successor";

/** How this process was started. */
export interface StartedByName extends StartedAs {
  /** The program by the name that it was started under. */
  readonly argv0: string;
}

/** Where a process was started. */
export interface StartPlaces {
  /** The working folder by the name that it was started under: behind a link it may lead to a newer release than this process is in. */
  readonly folder: string;
  /** The folders in which programs are looked for (PATH). */
  readonly path: string;
}

/**
 * The command that starts this program anew, by the names that were given: each of program, script and folder may be a link to the
 * newest release, while `execPath` and `argv` have what they led to when this process started.
 */
export function successorCommand(
  process: StartedByName,
  { folder, path }: StartPlaces,
  written: readonly string[] | undefined = writtenCommand(),
): readonly [string, ...string[]] {
  const program = programOf(process, folder, path), [, ...args] = ownCommand(process);
  const [, script = ""] = process.argv, index = args.indexOf(script);
  // The script as it was written stands in the same place, counted from the end, in the command that the system has.
  const given = written?.at(index - args.length);
  const isScript = index >= 0 && written?.length === args.length + 1 && given !== undefined &&
    existsSync(resolve(folder, given));
  return [program, ...isScript ? args.with(index, resolve(folder, given)) : args];
}

/** The executable by the name that it was started under, which a shell looks for in PATH unless it has a slash; else by its resolved path. */
function programOf({ execPath, argv0 }: StartedByName, folder: string, path: string): string {
  const names = argv0.includes("/")
    ? [resolve(folder, argv0)]
    : path.split(delimiter).map((each) => join(resolve(folder, each), argv0));
  return names.find(isExecutable) ?? execPath;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    // There is none of that name.
    return false;
  }
}

/** The words of the command as they were given; `undefined` where the system does not show them. */
function writtenCommand(): readonly string[] | undefined {
  try {
    return readFileSync("/proc/self/cmdline", "utf8").split("\0").slice(0, -1);
  } catch {
    // Only Linux has this file.
    return undefined;
  }
}
