import { Caller } from "./caller.ts";
import type { LoadProtocol } from "./load-request.ts";

/** Milliseconds between two calls. */
const EVERY = 2;

/** Calls a server again and again and takes how long the longest call has waited: the longest time in which the server did nothing else. */
export async function probe(
  { target, milliseconds }: LoadProtocol["probe"]["request"],
): Promise<LoadProtocol["probe"]["answer"]> {
  const caller = new Caller(target), request = `GET /up HTTP/1.1\r\nHost: 127.0.0.1:${target.port}\r\n\r\n`;
  const end = performance.now() + milliseconds;
  let longest = 0;
  do {
    const before = performance.now();
    await caller.call(request);
    longest = Math.max(longest, performance.now() - before);
    await Bun.sleep(EVERY);
  } while (performance.now() < end);
  caller.close();
  return { longest };
}
