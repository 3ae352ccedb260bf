/** What a process says of how it was started. */
export interface StartedAs {
  readonly execPath: string;
  /** Options of the runtime. */
  readonly execArgv: readonly string[];
  /** Runtime, script, arguments. */
  readonly argv: readonly string[];
}

/** Where `bun build --compile` has its script: in the executable, which runs it without being told. */
const INSIDE_EXECUTABLE = "/$bunfs/";

/** The command that starts the same program with the same arguments once more: the executable, or the runtime and its script. */
export function ownCommand({ execPath, execArgv, argv }: StartedAs): readonly [string, ...string[]] {
  const [, script = "", ...args] = argv;
  return script.startsWith(INSIDE_EXECUTABLE)
    ? [execPath, ...args]
    : [execPath, ...execArgv, script, ...args];
}
