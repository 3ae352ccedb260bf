import type { RunningServer } from "./start-server.ts";

/** Milliseconds after the first signal in which the server takes another one for the same, and some for the timer. */
const SAME_SIGNAL = 250;

/** Resolves when a server that has been signalled is stopping and would take another signal for a second one. */
export async function untilSecondSignal({ output }: Pick<RunningServer, "output">): Promise<void> {
  await output.waitFor("a second signal ends it at once");
  // The server logs the line after the first signal, so the time has passed there too.
  await new Promise((resolve) => setTimeout(resolve, SAME_SIGNAL));
}
