import { errorCode, errorReason } from "../failures/error-reason.ts";

/**
 * Writes to standard output; a failure reaches {@link onOutputFailure} and never the caller. Returns whether the reader keeps up; else
 * `drain` comes when it has caught up.
 */
export function writeOut(text: string): boolean {
  return write(process.stdout, text);
}

/** Writes to standard error; a failure reaches {@link onOutputFailure} and never the caller. */
export function writeError(text: string): void {
  write(process.stderr, text);
}

/**
 * From now on a failed write to standard output or standard error does not end the process. `report` gets one sentence about each
 * of them, once. A reader that is gone is not reported: `| head`, a log collector that was restarted, a closed terminal.
 */
export function onOutputFailure(report: (sentence: string) => void): void {
  for (const [name, stream] of [["output", process.stdout], ["error", process.stderr]] as const) {
    let reported = false;
    stream.on("error", (error) => {
      if (reported || ["EPIPE", "EIO"].includes(errorCode(error))) return;
      reported = true;
      report(`Cannot write to standard ${name}: ${errorReason(error)}`);
    });
  }
}

/** Streams of Deno that have thrown: what is written to them afterwards would wait in memory and never be written. */
const broken = new WeakSet<NodeJS.WriteStream>();

function write(stream: NodeJS.WriteStream, text: string): boolean {
  if (broken.has(stream)) return true;
  try {
    return stream.write(text);
  } catch (error) {
    broken.add(stream);
    stream.emit("error", error);
    return true;
  }
}
