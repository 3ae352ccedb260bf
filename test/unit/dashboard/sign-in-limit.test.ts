import { describe, expect, test } from "bun:test";
import { ATTEMPTS, SignInLimit, WINDOW_SECONDS } from "../../../src/dashboard/sign-in-limit.ts";
import type { ClusterAttempts } from "../../../src/hub/cluster/cluster-attempts.ts";

const clock = { now: 100 };

/** Attempts that fail, and the limit after them. */
async function limitAfter(attempts: number, address: string): Promise<SignInLimit> {
  clock.now = 100;
  const limit = new SignInLimit(() => clock.now, () => undefined);
  for (let attempt = 0; attempt < attempts; attempt++) await limit.begin(address);
  return limit;
}

/** The seconds that an attempt has to wait, 0 when it is counted; it is taken back then. */
async function waitOf(limit: SignInLimit, address: string): Promise<number> {
  const attempt = await limit.begin(address);
  if (attempt.type === "refused") return attempt.wait;
  attempt.succeeded();
  return 0;
}

describe("the limit of failed sign-ins", () => {
  test("makes an address wait after too many, until its window has ended, and no other address", async () => {
    expect(await waitOf(await limitAfter(ATTEMPTS - 1, "192.0.2.1"), "192.0.2.1")).toBe(0);
    const limit = await limitAfter(ATTEMPTS, "192.0.2.1");
    expect(await waitOf(limit, "192.0.2.1")).toBe(WINDOW_SECONDS);
    expect(await waitOf(limit, "192.0.2.2")).toBe(0);
    clock.now += WINDOW_SECONDS - 0.5;
    expect(await waitOf(limit, "192.0.2.1")).toBe(1);
    clock.now += 0.5;
    expect(await waitOf(limit, "192.0.2.1")).toBe(0);
    await limit.begin("192.0.2.1");
    expect(await waitOf(limit, "192.0.2.1")).toBe(0);
  });

  test("counts attempts that have begun, and takes back those that succeed", async () => {
    const limit = await limitAfter(0, "192.0.2.1");
    const begun = await Promise.all(Array.from({ length: ATTEMPTS + 5 }, () => limit.begin("192.0.2.1")));
    const types = begun.map(({ type }) => type);
    expect([types.indexOf("refused"), types.lastIndexOf("counted")]).toEqual([ATTEMPTS, ATTEMPTS - 1]);
    for (const attempt of begun) if (attempt.type === "counted") attempt.succeeded();
    expect(await waitOf(limit, "192.0.2.1")).toBe(0);
  });

  test.each([
    ["2001:db8:0:1::1", "2001:db8:0:1:ffff::2", true],
    ["2001:DB8::1", "2001:db8:0:0:1:2:3:4", true],
    ["2001:db8:0:1::1", "2001:db8:0:2::1", false],
    ["::ffff:192.0.2.1", "192.0.2.1", true],
    ["::ffff:192.0.2.1", "::ffff:192.0.2.2", false],
    ["64:ff9b::192.0.2.1", "64:ff9b::192.0.2.2", true],
    ["fe80::1%eth0", "fe80::2%eth0", true],
    ["unix", "unix", true],
  ])("counts %s and %s as one: %p", async (one, other, same) => {
    expect(await waitOf(await limitAfter(ATTEMPTS, one), other) > 0).toBe(same);
  });

  test("keeps a bounded number of addresses, and drops the one that tried first", async () => {
    const limit = await limitAfter(ATTEMPTS, "192.0.2.1");
    for (let number = 0; number < 9_999; number++) await limit.begin(`10.${number >> 8}.${number & 255}.1`);
    expect(await waitOf(limit, "192.0.2.1")).toBeGreaterThan(0);
    await limit.begin("198.51.100.1");
    expect(await waitOf(limit, "192.0.2.1")).toBe(0);
  });
});

describe("with the other nodes' counts", () => {
  const counted: string[] = [];
  const shared = (count: () => Promise<number>): ClusterAttempts => ({
    count: async (caller, limit) => {
      expect(limit).toEqual({ attempts: ATTEMPTS, seconds: WINDOW_SECONDS, callers: 10_000 });
      counted.push(`+${caller}`);
      return await count();
    },
    takeBack: (caller) => Promise.resolve(void counted.push(`-${caller}`)),
  });

  test("an address that has tried on other nodes waits here, and is not asked about again", async () => {
    counted.length = 0;
    clock.now = 100;
    const attempts = shared(() => Promise.resolve(200));
    const limit = new SignInLimit(() => clock.now, () => attempts);
    expect(await waitOf(limit, "192.0.2.1")).toBe(200);
    clock.now += 50;
    expect(await waitOf(limit, "192.0.2.1")).toBe(150);
    expect(counted).toEqual(["+192.0.2.1"]);
    clock.now += 150;
    expect(await waitOf(limit, "192.0.2.1")).toBe(200);
  });

  test("an attempt that succeeds is taken back there too", async () => {
    counted.length = 0;
    const attempts = shared(() => Promise.resolve(0));
    const limit = new SignInLimit(() => clock.now, () => attempts);
    expect(await waitOf(limit, "::ffff:192.0.2.1")).toBe(0);
    expect(counted).toEqual(["+192.0.2.1", "-192.0.2.1"]);
  });

  test("while they are out of reach this node's own counts decide", async () => {
    const attempts = shared(() => Promise.reject(new Error("away")));
    const limit = new SignInLimit(() => clock.now, () => attempts);
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      expect((await limit.begin("192.0.2.1")).type).toBe("counted");
    }
    expect(await waitOf(limit, "192.0.2.1")).toBe(WINDOW_SECONDS);
  });
});
