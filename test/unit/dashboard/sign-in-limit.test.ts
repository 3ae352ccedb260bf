import { describe, expect, test } from "bun:test";
import { ATTEMPTS, SignInLimit, WINDOW_SECONDS } from "../../../src/dashboard/sign-in-limit.ts";

const clock = { now: 100 };

function limitAfter(attempts: number, address: string): SignInLimit {
  clock.now = 100;
  const limit = new SignInLimit(() => clock.now);
  for (let attempt = 0; attempt < attempts; attempt++) limit.failed(address);
  return limit;
}

describe("the limit of failed sign-ins", () => {
  test("makes an address wait after too many, until its window has ended, and no other address", () => {
    expect(limitAfter(ATTEMPTS - 1, "192.0.2.1").wait("192.0.2.1")).toBe(0);
    const limit = limitAfter(ATTEMPTS, "192.0.2.1");
    expect(limit.wait("192.0.2.1")).toBe(WINDOW_SECONDS);
    expect(limit.wait("192.0.2.2")).toBe(0);
    clock.now += WINDOW_SECONDS - 0.5;
    expect(limit.wait("192.0.2.1")).toBe(1);
    clock.now += 0.5;
    expect(limit.wait("192.0.2.1")).toBe(0);
    limit.failed("192.0.2.1");
    expect(limit.wait("192.0.2.1")).toBe(0);
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
  ])("counts %s and %s as one: %p", (one, other, same) => {
    expect(limitAfter(ATTEMPTS, one).wait(other) > 0).toBe(same);
  });

  test("keeps a bounded number of addresses, and drops the one that failed first", () => {
    const limit = limitAfter(ATTEMPTS, "192.0.2.1");
    for (let number = 0; number < 9_999; number++) limit.failed(`10.${number >> 8}.${number & 255}.1`);
    expect(limit.wait("192.0.2.1")).toBeGreaterThan(0);
    limit.failed("198.51.100.1");
    expect(limit.wait("192.0.2.1")).toBe(0);
  });
});
