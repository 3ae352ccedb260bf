import { expect, test } from "bun:test";
import fc from "fast-check";
import type { WebhookEvent } from "../../../src/webhooks/webhook-event.ts";
import type { Reaction } from "./fake-receiver.ts";
import { WatchedApplication } from "./watched-application.ts";

const CHANNELS = ["a", "b", "c", "d"] as const;
/** Milliseconds in which the receiver may do whatever it likes, and the longest that a retry waits after that. */
const TROUBLE = 240_000, LONGEST_WAIT = 60_000;

const reaction: fc.Arbitrary<Reaction> = fc.record({
  kind: fc.constantFrom("accept", "refuse", "hang", "lost", "close"),
  after: fc.integer({ min: 0, max: 8000 }),
});

const step = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ type: fc.constant("event" as const), channel: fc.constantFrom(...CHANNELS) }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      type: fc.constant("pass" as const),
      milliseconds: fc.integer({ min: 1, max: 20_000 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ type: fc.constant("restart" as const) }) },
);

function numbersOf(events: readonly WebhookEvent[], channel: string): number[] {
  return events.flatMap((event) =>
    event.name === "client_event" && event.channel === channel ? [Number(event.data)] : []
  );
}

test(
  "whatever the receiver does, what it took in, minus repetitions, is what happened, in order per channel",
  async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { minLength: 1, maxLength: 60 }),
        fc.array(reaction, { maxLength: 40 }),
        fc.constantFrom<Reaction["kind"]>("accept", "refuse", "hang", "close"),
        fc.integer({ min: 1, max: 5 }),
        fc.infiniteStream(fc.double({ min: 0, max: 0.999, noNaN: true })),
        async (steps, reactions, always, batchEvents, chance) => {
          const random = (): number => chance.next().value ?? 0;
          const watched = new WatchedApplication(undefined, { batchEvents }, random);
          const { clock, receiver } = watched;
          receiver.expect(...reactions);
          receiver.always = always;
          const happened = new Map<string, number[]>(CHANNELS.map((channel) => [channel, []]));
          const end = clock.now() + TROUBLE;
          let number = 0;
          for (const each of steps) {
            if (each.type === "event") {
              happened.get(each.channel)!.push(++number);
              watched.event(each.channel, String(number));
            } else if (each.type === "restart") watched.restart();
            else if (clock.now() + each.milliseconds < end) await clock.pass(each.milliseconds);
          }
          await clock.pass(end - clock.now());
          receiver.recover();
          await clock.pass(LONGEST_WAIT);
          for (const channel of CHANNELS) {
            expect(numbersOf(receiver.events, channel)).toEqual(happened.get(channel)!);
          }
          expect(watched.application.counters.webhooks?.queued).toBe(0);
        },
      ),
      { numRuns: 150 },
    );
  },
  60_000,
);

test("who comes and goes is told in turn, and only what lasted longer than the hold", async () => {
  const move = fc.record({
    user: fc.constantFrom("1", "2"),
    after: fc.oneof(fc.integer({ min: 1, max: 2500 }), fc.integer({ min: 2500, max: 10_000 })),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(move, { maxLength: 40 }), async (moves) => {
      const watched = new WatchedApplication();
      const { clock, receiver } = watched;
      const present = new Set<string>(), told: string[] = [];
      /** When each user left, where that is not told yet. */
      const left = new Map<string, number>();
      for (const { user, after } of moves) {
        await clock.pass(after);
        if (present.delete(user)) {
          left.set(user, clock.now());
          watched.webhooks.memberRemoved("presence-x", user, undefined);
          continue;
        }
        present.add(user);
        watched.webhooks.memberAdded("presence-x", user, false);
        const away = clock.now() - (left.get(user) ?? -Infinity);
        if (left.has(user) && away >= 3000) told.push(`-${user}`);
        if (!left.has(user) || away >= 3000) told.push(`+${user}`);
        left.delete(user);
      }
      await clock.pass(10_000);
      for (const user of left.keys()) told.push(`-${user}`);
      const seen = receiver.events.map((event) =>
        "user_id" in event ? `${event.name === "member_added" ? "+" : "-"}${event.user_id}` : ""
      );
      for (const user of ["1", "2"]) {
        expect(seen.filter((each) => each.endsWith(user))).toEqual(
          told.filter((each) => each.endsWith(user)),
        );
      }
    }),
    { numRuns: 200 },
  );
}, 30_000);
