import { expect, test } from "bun:test";
import fc from "../../../support/fast-check.ts";
import { type RateLimited, withinRateLimit } from "../../../../src/hub/connections/rate-limiter.ts";

function newLimit(
  maxAttempts: number,
  decaySeconds: number,
  enabled = true,
): Parameters<typeof withinRateLimit>[1] {
  return { enabled, maxAttempts, decaySeconds, terminateOnLimit: false };
}

function newClient(): RateLimited {
  return { rateWindow: undefined };
}

test("a window begins with its first message, and later messages do not move it", () => {
  const client = newClient(), limit = newLimit(2, 10);
  const at = (second: number): boolean => withinRateLimit(client, limit, second);
  expect([at(5), at(14), at(14), at(14)]).toEqual([true, true, false, false]);
  // Second 15 is 10 seconds after the first message.
  expect([at(15), at(15), at(15)]).toEqual([true, true, false]);
  expect([at(24), at(25)]).toEqual([false, true]);
});

test("refused messages do not lengthen the window", () => {
  const client = newClient(), limit = newLimit(1, 10);
  for (let second = 0; second < 10; second++) {
    expect(withinRateLimit(client, limit, second)).toBe(second === 0);
  }
  expect(withinRateLimit(client, limit, 10)).toBeTrue();
});

test("without rate limiting everything passes and nothing is kept", () => {
  const client = newClient();
  for (let i = 0; i < 100; i++) expect(withinRateLimit(client, newLimit(1, 10, false), 0)).toBeTrue();
  expect(client.rateWindow).toBeUndefined();
});

test("the limiter allows what Laravel's limiter allows, for any pauses", () => {
  fc.assert(fc.property(
    fc.integer({ min: 1, max: 5 }),
    fc.integer({ min: 1, max: 10 }),
    fc.array(fc.nat(4), { maxLength: 100 }),
    (maxAttempts, decaySeconds, pauses) => {
      const client = newClient(), limit = newLimit(maxAttempts, decaySeconds);
      let now = 1, start: number | undefined, count = 0;
      for (const pause of pauses) {
        now += pause;
        if (start === undefined || now >= start + decaySeconds) start = now, count = 0;
        const allowed = count < maxAttempts;
        if (allowed) count++;
        expect(withinRateLimit(client, limit, now)).toBe(allowed);
      }
    },
  ));
});
