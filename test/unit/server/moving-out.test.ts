import { expect, test } from "bun:test";
import { MovingOut, type MovingParts } from "../../../src/server/moving-out.ts";

/** A server without clients that moves, and what is done to its places; `at` is called with each pause, in milliseconds. */
function moving(at: (milliseconds: number) => void = () => {}): { moving: MovingOut; done: string[] } {
  const done: string[] = [];
  const parts: Partial<MovingParts> = {
    places: {
      holdBack: () => void done.push("held back"),
      stopListening: () => void done.push("closed"),
      listenAgain: () => void done.push("listens again"),
      unshare: () => void done.push("unshared"),
    } as unknown as MovingParts["places"],
    hubs: [] as unknown as MovingParts["hubs"],
    calls: { stop() {}, goOn() {}, settled: () => Promise.resolve() } as unknown as MovingParts["calls"],
    drainSeconds: () => 0,
    monotonic: () => 0,
    timers: {
      after(milliseconds, then) {
        done.push(`${milliseconds} ms`);
        queueMicrotask(() => {
          at(milliseconds);
          then();
        });
        return () => {};
      },
    },
  };
  return { moving: new MovingOut(parts as MovingParts), done };
}

test("the last connections are accepted and read before the port is closed", async () => {
  const { moving: one, done } = moving();
  expect(await one.run(() => done.push("told"))).toBe("moved");
  expect(done).toEqual(["1000 ms", "held back", "100 ms", "closed", "told"]);
});

test("when the next process dies, a server that has held connections back listens anew", async () => {
  const { moving: one, done } = moving((milliseconds) => milliseconds === 100 ? one.stay() : undefined);
  expect(await one.run(() => done.push("told"))).toBe("stays");
  expect(done).toEqual(["1000 ms", "held back", "100 ms", "closed", "listens again"]);
});

test("when the next process dies before that, the port was never closed", async () => {
  const { moving: one, done } = moving(() => one.stay());
  expect(await one.run(() => done.push("told"))).toBe("stays");
  expect(done).toEqual(["1000 ms", "unshared"]);
});
