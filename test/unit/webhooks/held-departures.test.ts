import { expect, test } from "bun:test";
import { type Departure, HeldDepartures } from "../../../src/webhooks/held-departures.ts";
import { FakeClock } from "./fake-clock.ts";

function hold(seconds = 3): { clock: FakeClock; held: HeldDepartures; passed: Departure[] } {
  const clock = new FakeClock(), passed: Departure[] = [];
  const held = new HeldDepartures({
    clock,
    holdFor: () => seconds * 1000,
    passed: (departure) => void passed.push(departure),
  });
  return { clock, held, passed };
}

test("a departure passes after the time for which it is held, unless a subscriber comes back", async () => {
  const { clock, held, passed } = hold();
  held.hold({ channel: "a" });
  held.hold({ channel: "a", userId: "1" });
  await clock.pass(2999);
  expect([passed.length, held.returned("a", "1"), held.returned("a", "1")]).toEqual([0, true, false]);
  await clock.pass(1);
  expect([passed, held.size, clock.pending]).toEqual([[{ channel: "a" }], 0, 0]);
});

test("a second departure of the same takes the place of the first and is held as long again", async () => {
  const { clock, held, passed } = hold();
  const mark = { topic: "app\na", subject: "#", token: "n:1" };
  held.hold({ channel: "a" });
  await clock.pass(2000);
  held.hold({ channel: "a", mark });
  await clock.pass(2000);
  expect(passed).toEqual([]);
  await clock.pass(1000);
  expect(passed).toEqual([{ channel: "a", mark }]);
});

test("with no time to hold it passes at once", () => {
  const { held, passed, clock } = hold(0);
  held.hold({ channel: "a" });
  expect([passed.length, clock.pending]).toEqual([1, 0]);
});

test("while it is paused nothing passes, and everything is left at the end", async () => {
  const { clock, held, passed } = hold();
  held.hold({ channel: "a" });
  held.pause();
  held.hold({ channel: "b" });
  await clock.pass(10_000);
  expect([passed.length, held.stop(), held.size]).toEqual([0, [{ channel: "a" }, { channel: "b" }], 0]);
});

test("of a hundred thousand and one the first passes early", () => {
  const { held, passed } = hold();
  for (let number = 0; number <= 100_000; number++) held.hold({ channel: String(number) });
  expect([passed, held.size]).toEqual([[{ channel: "0" }], 100_000]);
});
