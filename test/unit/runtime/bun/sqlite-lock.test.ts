import { expect, test } from "bun:test";
import { SqliteLock } from "../../../../src/runtime/bun/sqlite-lock.ts";

const locked = Object.assign(new Error("database is locked"), { code: "SQLITE_BUSY" });

/** A lock whose waits take no time; `times` attempts find the file locked. */
function lockedFor(times: number, kind: "sqlite" | "mysql" = "sqlite") {
  const waits: number[] = [];
  const lock = new SqliteLock({ kind }, (milliseconds) => Promise.resolve(waits.push(milliseconds)));
  const attempt = (): Promise<string> => times-- > 0 ? Promise.reject(locked) : Promise.resolve("done");
  return { lock, attempt, waited: () => waits.reduce((sum, each) => sum + each, 0) };
}

test("a locked SQLite file is tried again for 60 s, as PHP waits", async () => {
  const { lock, attempt, waited } = lockedFor(1199);
  expect(await lock.pass(attempt)).toBe("done");
  expect(waited()).toBe(59_950);
});

test("one that stays locked is an error that says for how long", async () => {
  const { lock, attempt } = lockedFor(Infinity);
  await expect(lock.pass(attempt)).rejects.toThrow("database is locked, for 60 s now");
});

test("the wait ends with giveUp, and a later statement waits again", async () => {
  const waiting = Promise.withResolvers<void>();
  const lock = new SqliteLock({ kind: "sqlite" }, (_, signal) => {
    waiting.resolve();
    return new Promise((_, reject) => signal.addEventListener("abort", () => reject(new Error("aborted"))));
  });
  let attempts = 0;
  const passing = lock.pass(() => (attempts++, Promise.reject(locked)));
  await waiting.promise;
  lock.giveUp();
  await expect(passing).rejects.toBe(locked);
  expect(await lock.pass(() => Promise.resolve("later"))).toBe("later");
  expect(attempts).toBe(1);
});

test.each(
  [
    ["another error", new Error("no such table: cache"), "sqlite"],
    ["a lock of another database", locked, "mysql"],
  ] as const,
)("%s is not tried again", async (_, error, kind) => {
  let attempts = 0;
  const passing = lockedFor(0, kind).lock.pass(() => (attempts++, Promise.reject(error)));
  await expect(passing).rejects.toBe(error);
  expect(attempts).toBe(1);
});
