/** How a process was started, as its `process` object has it. */
export interface StartedAs {
  readonly execPath: string;
  /** Options of the runtime. */
  readonly execArgv: readonly string[];
  /** Runtime, script, arguments. */
  readonly argv: readonly string[];
}

/** Where the script is in an executable of `bun build --compile`, which runs it without an argument. */
const INSIDE_EXECUTABLE = "/$bunfs/";

/** The command that starts this program with the same arguments: the executable, or the runtime and its script. */
export function ownCommand({ execPath, execArgv, argv }: StartedAs): readonly [string, ...string[]] {
  const [, script = "", ...args] = argv;
  return script.startsWith(INSIDE_EXECUTABLE)
    ? [execPath, ...args]
    : [execPath, ...execArgv, script, ...args];
}
