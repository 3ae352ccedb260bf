import { expect, test } from "bun:test";
import { type Departure, HeldDepartures } from "../../../src/webhooks/held-departures.ts";
import { FakeClock } from "./fake-clock.ts";

function hold(seconds = 3): { clock: FakeClock; held: HeldDepartures; released: Departure[] } {
  const clock = new FakeClock(), released: Departure[] = [];
  const held = new HeldDepartures({
    clock,
    holdFor: () => seconds * 1000,
    released: (departure) => void released.push(departure),
  });
  return { clock, held, released };
}

test("a departure is released after the time for which it is held, unless the user comes back", async () => {
  const { clock, held, released } = hold();
  held.hold({ channel: "a" });
  held.hold({ channel: "a", userId: "1" });
  await clock.pass(2999);
  expect([released.length, held.returned("a", "1"), held.returned("a", "1")]).toEqual([0, true, false]);
  await clock.pass(1);
  expect([released, held.size, clock.pending]).toEqual([[{ channel: "a" }], 0, 0]);
});

test("a second departure of the same channel replaces the first and is held for the whole time", async () => {
  const { clock, held, released } = hold();
  const mark = { topic: "app\na", subject: "#", token: "n:1" };
  held.hold({ channel: "a" });
  await clock.pass(2000);
  held.hold({ channel: "a", mark });
  await clock.pass(2000);
  expect(released).toEqual([]);
  await clock.pass(1000);
  expect(released).toEqual([{ channel: "a", mark }]);
});

test("with a hold of 0 seconds it is released at once", () => {
  const { held, released, clock } = hold(0);
  held.hold({ channel: "a" });
  expect([released.length, clock.pending]).toEqual([1, 0]);
});

test("while it is paused none is released, and the stop returns all of them", async () => {
  const { clock, held, released } = hold();
  held.hold({ channel: "a" });
  held.pause();
  held.hold({ channel: "b" });
  await clock.pass(10_000);
  expect([released.length, held.stop(), held.size]).toEqual([0, [{ channel: "a" }, { channel: "b" }], 0]);
});

test("of a hundred thousand and one the first is released early", () => {
  const { held, released } = hold();
  for (let number = 0; number <= 100_000; number++) held.hold({ channel: `private-${number}` });
  expect([released, held.size]).toEqual([[{ channel: "private-0" }], 100_000]);
});

test("of more than a hundred thousand those are released early of which one client has caused most", () => {
  const { held, released } = hold();
  const origin = (connection: string) => ({ isSigned: true, address: "192.0.2.1", connection });
  for (let number = 0; number < 1000; number++) held.hold({ channel: `a${number}`, origin: origin("1.1") });
  for (let number = 0; number < 110_000; number++) {
    held.hold({ channel: `b${number}`, origin: origin("2.2") });
  }
  expect(released.map(({ channel }) => channel)).toEqual(
    Array.from({ length: 11_000 }, (_, number) => `b${number}`),
  );
  expect([held.size, held.returned("a0", undefined)]).toEqual([100_000, true]);
});

test("long names fill the memory for departures before there are a hundred thousand", () => {
  const { held, released } = hold(), name = `private-${"x".repeat(182)}`;
  for (let number = 0; number < 100_000; number++) held.hold({ channel: `${name}${number}` });
  expect(released.length).toBeGreaterThan(20_000);
  expect(held.size + released.length).toBe(100_000);
});

test("of what any client can cause ten thousand are held, those that need a signature besides", () => {
  const { held, released } = hold();
  const origin = (connection: string) => ({ isSigned: false, address: "192.0.2.1", connection });
  for (let number = 0; number < 20_000; number++) held.hold({ channel: `private-${number}` });
  for (let number = 0; number < 100; number++) held.hold({ channel: `a${number}`, origin: origin("1.1") });
  for (let number = 0; number < 30_000; number++) {
    held.hold({ channel: `b${number}`, origin: origin(`2.${number % 100}`) });
  }
  expect([held.size, released.length]).toEqual([30_000, 20_100]);
  expect(released.every(({ channel }) => !channel.startsWith("private-"))).toBe(true);
  // The newest of all are there.
  expect(held.returned("b29999", undefined)).toBe(true);
});
