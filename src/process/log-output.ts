import { Log, type LogFormat } from "../monitoring/log.ts";
import { onOutputFailure, writeError, writeOut } from "./outputs.ts";

/**
 * The log of this process: warnings and errors go to stderr. A full disk or a reader that is gone does not end the server.
 * `worker` is its number where it is one of several.
 */
export function openLog(format: LogFormat, worker?: number): Log {
  const log = new Log(
    format,
    (line, level) => (level === "warning" || level === "error" ? writeError : writeOut)(`${line}\n`),
    () => new Date(),
    worker,
  );
  onOutputFailure((sentence) => {
    log.warning("output_failed", `${sentence}. The server goes on, and what it writes there is lost`);
  });
  return log;
}
