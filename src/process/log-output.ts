import { Log, type LogFormat } from "../monitoring/log.ts";

/** The log of this process: warnings and errors go to stderr. `worker` is its number where it is one of several. */
export function openLog(format: LogFormat, worker?: number): Log {
  return new Log(
    format,
    (line, level) => {
      (level === "warning" || level === "error" ? process.stderr : process.stdout).write(`${line}\n`);
    },
    () => new Date(),
    worker,
  );
}

/** The reader of the output may be gone (`| head`, a log collector that was restarted, a closed terminal): the server goes on. */
export function survivePipeEnd(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code !== "EPIPE" && error.code !== "EIO") throw error;
    });
  }
}
