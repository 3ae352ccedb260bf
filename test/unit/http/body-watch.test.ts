import { expect, test } from "bun:test";
import { BodyWatch } from "../../../src/http/body-watch.ts";

const BYTES = new TextEncoder().encode("body");

test("a body that comes is handed on, and so is what goes wrong with it", async () => {
  const watch = new BodyWatch(() => 0);
  expect(await watch.wait(() => Promise.resolve(BYTES))).toBe(BYTES);
  await expect(watch.wait(() => Promise.reject(new Error("broke off")))).rejects.toThrow("broke off");
});

test("a body that stalls for ten seconds is given up, and one that makes progress is not", async () => {
  let now = 0, look = (): void => {}, hasStopped = false;
  const never = new Promise<Uint8Array>(() => {});
  const watch = new BodyWatch(() => now, {
    every(milliseconds, call) {
      expect(milliseconds).toBe(1000);
      look = call;
      return () => hasStopped = true;
    },
  });
  const stalled = watch.wait(() => never);
  let progress = (): void => {};
  const slow = watch.wait((heard) => {
    progress = heard;
    return never;
  });
  now = 9_000;
  progress();
  now = 10_000;
  look();
  await expect(stalled).rejects.toMatchObject({
    status: 408,
    message: "The request body stalled for 10 seconds.",
    reason: "api_unfinished",
  });
  now = 18_999;
  look();
  let isGivenUp = false;
  slow.catch(() => isGivenUp = true);
  await new Promise((resolve) => setImmediate(resolve));
  expect([isGivenUp, hasStopped]).toEqual([false, false]);
  now = 19_000;
  look();
  await expect(slow).rejects.toMatchObject({ status: 408 });
  expect(hasStopped).toBe(true);
});
