import { expect, test } from "bun:test";
import { endListening, type StoppingParts } from "../../../src/server/graceful-stop.ts";

/** Stops a server whose clients can move and notes what is done to its port; `refusal` is what the system says to holding back. */
async function stopBesideAnother(refusal?: string): Promise<string[]> {
  const done: string[] = [];
  const parts: StoppingParts = {
    listener: {
      port: 1,
      sharing: {
        share() {},
        steer() {},
        listenAgain() {},
        holdBack() {
          if (refusal !== undefined) throw new Error(refusal);
          done.push("held back");
        },
      },
      stopListening: () => void done.push("closed"),
      renewTls() {},
      close: () => Promise.resolve(),
    },
    hubs: [] as unknown as StoppingParts["hubs"],
    calls: { stop() {}, settled: () => Promise.resolve() } as unknown as StoppingParts["calls"],
    drainSeconds: 0,
    canMove: true,
    farewell: () => Promise.resolve(),
    hurry: new AbortController().signal,
    monotonic: () => 0,
    timers: {
      after(milliseconds, then) {
        done.push(`${milliseconds} ms`);
        queueMicrotask(then);
        return () => {};
      },
    },
  };
  await endListening(parts);
  return done;
}

test("what waits to be accepted is accepted before the port is closed, and nothing comes behind it", async () => {
  expect(await stopBesideAnother()).toEqual(["held back", "100 ms", "closed"]);
});

test("where the system refuses that, the port is closed at once", async () => {
  expect(await stopBesideAnother("the system refuses SO_ATTACH_FILTER")).toEqual(["closed"]);
});
