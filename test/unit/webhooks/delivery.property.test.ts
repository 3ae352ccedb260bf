import { expect, test } from "bun:test";
import fc from "../../support/fast-check.ts";
import type { WebhookEvent } from "../../../src/webhooks/webhook-event.ts";
import { FakeReceiver, type Reaction } from "./fake-receiver.ts";
import { WatchedApplication, webhook } from "./watched-application.ts";

const CHANNELS = ["a", "b", "c", "presence-d"] as const;
/** Two receivers: one gets all events, one those of presence channels. */
const RECEIVERS = [
  { url: "https://shop.example/hooks", prefix: "" },
  { url: "https://ann:s3cret@other.example/hooks?token=1", prefix: "presence-" },
] as const;
/** Milliseconds in which receivers fail at random, and the longest that a retry waits after that. */
const TROUBLE = 240_000, LONGEST_WAIT = 60_000;

const kind = fc.constantFrom<Reaction["kind"]>("accept", "refuse", "hang", "lost", "close", "lead");

const receiver = fc.record({
  reactions: fc.array(fc.record({ kind, after: fc.integer({ min: 0, max: 8000 }) }), { maxLength: 40 }),
  always: kind,
});

const step = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      type: fc.constant("event" as const),
      channel: fc.constantFrom(...CHANNELS),
      bytes: fc.oneof({ weight: 30, arbitrary: fc.constant(0) }, {
        weight: 1,
        arbitrary: fc.constant(600_000),
      }),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      type: fc.constant("pass" as const),
      milliseconds: fc.oneof(fc.integer({ min: 1, max: 20_000 }), fc.integer({ min: 1, max: 200 })),
    }),
  },
  { weight: 1, arbitrary: fc.constant({ type: "restart" as const }) },
  { weight: 1, arbitrary: fc.constant({ type: "reload" as const }) },
);

const plan = fc.record({
  steps: fc.array(step, { minLength: 1, maxLength: 80, size: "max" }),
  receivers: fc.tuple(receiver, receiver),
  batchEvents: fc.integer({ min: 1, max: 5 }),
  chance: fc.array(fc.double({ min: 0, max: 0.999, noNaN: true }), { minLength: 1, maxLength: 8 }),
});

function numbersOf(events: readonly WebhookEvent[], channel: string): number[] {
  return events.flatMap((event) =>
    event.name === "client_event" && event.channel === channel ? [Number.parseInt(event.data)] : []
  );
}

test(
  "receivers that fail at random get each event, without repetitions in the order of its channel",
  async () => {
    await fc.assert(
      fc.asyncProperty(plan, async ({ steps, receivers, batchEvents, chance }) => {
        let drawn = 0;
        const random = (): number => chance[drawn++ % chance.length]!;
        const hooks = RECEIVERS.map(({ url, prefix }) => webhook({ url, filter: { prefix, suffix: "" } }));
        const watched = new WatchedApplication(hooks, { batchEvents }, random), { clock } = watched;
        const applications = receivers.map(({ reactions, always }, index) => {
          const application = new FakeReceiver(clock);
          application.expect(...reactions);
          application.always = always;
          watched.route(new URL(RECEIVERS[index]!.url).host, application);
          return application;
        });
        const happened = new Map<string, number[]>(CHANNELS.map((channel) => [channel, []]));
        const end = clock.now() + TROUBLE;
        let number = 0;
        for (const each of steps) {
          if (each.type === "event") {
            happened.get(each.channel)!.push(++number);
            watched.event(each.channel, `${number}${" ".repeat(each.bytes)}`);
          } else if (each.type === "restart") watched.restart();
          else if (each.type === "reload") watched.webhooks.reconfigure();
          else if (clock.now() + each.milliseconds < end) await clock.pass(each.milliseconds);
        }
        await clock.pass(end - clock.now());
        for (const each of applications) each.recover();
        await clock.pass(LONGEST_WAIT);
        for (const [index, { prefix }] of RECEIVERS.entries()) {
          const seen = applications[index]!;
          for (const channel of CHANNELS) {
            const expected = channel.startsWith(prefix) ? happened.get(channel)! : [];
            expect(numbersOf(seen.events, channel)).toEqual(expected);
          }
          // A delivery is the same each time.
          const bodies = new Map<string, string>();
          for (const { headers, body } of seen.requests) {
            const delivery = headers["X-Resound-Delivery"]!;
            expect(bodies.get(delivery) ?? body).toBe(body);
            bodies.set(delivery, body);
          }
        }
        expect(watched.application.counters.webhooks).toMatchObject({
          queued: 0,
          events: { expired: 0, queue_full: 0, not_configured: 0 },
        });
      }),
      { numRuns: 200 },
    );
  },
);

test("a receiver that always fails does not delay another", async () => {
  await fc.assert(
    fc.asyncProperty(
      kind.filter((each) => each !== "accept" && each !== "lost"),
      fc.array(fc.integer({ min: 1, max: 30_000 }), { minLength: 1, maxLength: 40 }),
      async (always, waits) => {
        const watched = new WatchedApplication(RECEIVERS.map(({ url }) => webhook({ url }))),
          { clock } = watched;
        const bad = new FakeReceiver(clock), good = new FakeReceiver(clock);
        bad.always = always;
        watched.route("shop.example", bad);
        watched.route("other.example", good);
        for (const [number, wait] of waits.entries()) {
          watched.event("a", String(number));
          await clock.pass(100);
          expect(numbersOf(good.events, "a").at(-1)).toBe(number);
          await clock.pass(wait);
        }
      },
    ),
    { numRuns: 50 },
  );
});

test("coming and going is reported in turn, and only what lasted longer than the hold", async () => {
  const move = fc.record({
    user: fc.constantFrom("1", "2"),
    after: fc.oneof(fc.integer({ min: 1, max: 2500 }), fc.integer({ min: 2500, max: 10_000 })),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(move, { maxLength: 40 }), async (moves) => {
      const watched = new WatchedApplication();
      const { clock, receiver } = watched;
      const present = new Set<string>(), reported: string[] = [];
      /** When each user left, where that is not reported yet. */
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
        if (left.has(user) && away >= 3000) reported.push(`-${user}`);
        if (!left.has(user) || away >= 3000) reported.push(`+${user}`);
        left.delete(user);
      }
      await clock.pass(10_000);
      for (const user of left.keys()) reported.push(`-${user}`);
      const seen = receiver.events.map((event) =>
        "user_id" in event ? `${event.name === "member_added" ? "+" : "-"}${event.user_id}` : ""
      );
      for (const user of ["1", "2"]) {
        expect(seen.filter((each) => each.endsWith(user))).toEqual(
          reported.filter((each) => each.endsWith(user)),
        );
      }
    }),
    { numRuns: 200 },
  );
});
