import { expect, test } from "bun:test";
import { BodyWatch } from "../../../src/http/body-watch.ts";

const BYTES = new TextEncoder().encode("body");

test("a body that comes is handed on, and so is what goes wrong with it", async () => {
  const watch = new BodyWatch(() => 0);
  expect(await watch.wait(() => Promise.resolve(BYTES))).toBe(BYTES);
  await expect(watch.wait(() => Promise.reject(new Error("broke off")))).rejects.toThrow("broke off");
});

test("a body that stalls for ten seconds is given up, and one that makes progress is not", async () => {
  let now = 0;
  const watch = new BodyWatch(() => now), never = new Promise<Uint8Array>(() => {});
  const stalled = watch.wait(() => never);
  let progress = (): void => {};
  const slow = watch.wait((heard) => {
    progress = heard;
    return never;
  });
  now = 9_000;
  progress();
  now = 10_000;
  await expect(stalled).rejects.toMatchObject({
    status: 408,
    message: "The request body stalled for 10 seconds.",
    reason: "api_unfinished",
  });
  now = 18_999;
  expect(await Promise.race([slow.catch(() => "given up"), Bun.sleep(1_500).then(() => "waits")])).toBe(
    "waits",
  );
  now = 19_000;
  await expect(slow).rejects.toMatchObject({ status: 408 });
});
