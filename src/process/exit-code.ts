/** The exit code of the process. */
export const ExitCode = {
  /** Stopped gracefully. */
  ok: 0,
  /** The server could not run: the port is taken, say. */
  failed: 1,
  /** Wrong arguments or a wrong configuration: nothing was tried. */
  usage: 2,
} as const;

export type ExitCode = typeof ExitCode[keyof typeof ExitCode];
