import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import fc from "../support/fast-check.ts";
import { eventually } from "../support/eventually.ts";
import { redisConfig } from "../support/redis-config.ts";
import { startRedisCluster } from "../support/redis-cluster.ts";
import { HAS_REDIS, NO_REDIS, type RedisServer, startRedis } from "../support/redis-server.ts";
import { skipWhen } from "../support/skip-when.ts";
import { appendFields } from "../support/stream-entries.ts";
import { type ReaderWishes, StreamClock, StreamReaders, type TestReader } from "./stream-readers.ts";

/** Seconds: readers of these tests die, and a busy machine must not make the others look dead. */
const SHORT_LEASE = 3;

describe.skipIf(skipWhen(!HAS_REDIS, NO_REDIS))("event streams in Redis", () => {
  let redis: RedisServer, count = 0;
  beforeAll(async () => {
    if (HAS_REDIS) redis = await startRedis({ appendOnly: true });
  });
  afterAll(async () => {
    await redis?.[Symbol.asyncDispose]();
  });

  /** Readers of streams of their own. */
  function readersOf(
    wishes?: ReaderWishes,
  ): StreamReaders & { append(body: string, stream?: number): Promise<string> } {
    const prefix = `test${++count}:`;
    const readers = new StreamReaders(redisConfig({ port: redis.port }), prefix, wishes);
    return Object.assign(readers, {
      append: (body: string, stream = 0) =>
        appendFields(redis, { app: "a", auth: "s", body }, { stream, prefix }),
    });
  }
  const bodies = (from: number, to: number): string[] =>
    Array.from({ length: to - from }, (_, index) => String(from + index));

  test("deliver each entry once and in order, as soon as it is appended, and keep nothing", async () => {
    await using readers = readersOf();
    readers.open();
    await readers.settled();
    for (const body of bodies(0, 250)) await readers.append(body, 3);
    await eventually(() => readers.bodies.length, (length) => length >= 250);
    expect(readers.bodies).toEqual(bodies(0, 250));
    await eventually(() => redis.command("XLEN", readers.keys.entries(3)), (length) => length === 0);
    expect(readers.alive[0]?.counters.entries).toEqual({ delivered: 250, repeated: 0, refused: 0 });
  });

  test("deliver what has waited for a reader after the delay of a start, and what is new at once", async () => {
    const clock = new StreamClock();
    await using readers = readersOf({ startDelay: 3600, clock });
    for (const body of bodies(0, 120)) await readers.append(body, 1);
    readers.open();
    await readers.settled();
    await eventually(() => clock.waiting, (waiting) => waiting === 1);
    await readers.append("new", 2);
    await readers.append("behind", 1);
    await eventually(() => readers.bodies.length);
    expect(readers.bodies).toEqual(["new"]);
    clock.pass(3_600_000);
    await eventually(() => readers.bodies.length, (length) => length === 122);
    expect(readers.bodies).toEqual(["new", ...bodies(0, 120), "behind"]);
  });

  test("are shared evenly, by readers that join and that leave, without a break in the order", async () => {
    await using readers = readersOf();
    const first = readers.open();
    await readers.settled();
    let sent = 0;
    const send = async (times: number): Promise<void> => {
      for (let n = 0; n < times; n++, sent++) await readers.append(String(sent), sent % 16);
    };
    await send(100);
    // One after the other: of two that join at once each may get a part of what the first one gives away.
    const others: TestReader[] = [];
    for (const times of [100, 100]) {
      others.push(readers.open());
      await Promise.all([send(times), readers.settled()]);
    }
    expect(readers.alive.map((reader) => reader.owned().length).sort()).toEqual([4, 6, 6]);
    await send(100);
    await Promise.all([send(200), readers.stop(first)]);
    await readers.settled();
    await Promise.all([send(100), ...others.slice(1).map((reader) => readers.stop(reader))]);
    await readers.settled();
    await eventually(() => readers.bodies.length, (length) => length >= sent);
    for (let stream = 0; stream < 16; stream++) {
      const seen = readers.bodies.map(Number).filter((body) => body % 16 === stream);
      expect(seen).toEqual(bodies(0, sent).map(Number).filter((body) => body % 16 === stream));
    }
  });

  test("go on with another reader when the owner dies, where it has not confirmed", async () => {
    const begun = Promise.withResolvers<void>(), begin = Promise.withResolvers<"delivered">();
    let isStuck = true;
    await using readers = readersOf({
      leaseSeconds: SHORT_LEASE,
      outcome({ body }) {
        if (body === "0") begun.resolve();
        return body === "0" ? begin.promise : isStuck && body === "5" ? new Promise(() => {}) : "delivered";
      },
    });
    const first = readers.open();
    await readers.settled();
    await readers.append("0");
    await begun.promise;
    for (const body of bodies(1, 10)) await readers.append(body);
    // All but the first entry are taken in one piece.
    begin.resolve("delivered");
    await eventually(() => readers.bodies.length, (length) => length === 5);
    await first.die();
    isStuck = false;
    const second = readers.open();
    await eventually(() => readers.bodies.length, (length) => length === 5 + 9);
    expect(readers.bodies).toEqual([...bodies(0, 5), ...bodies(1, 10)]);
    expect(readers.delivered.slice(5).every(({ reader }) => reader === second.name)).toBe(true);
    await readers.settled();
  });

  test("keep their owner while an entry takes longer than the lease", async () => {
    const slow = Promise.withResolvers<"delivered">();
    await using readers = readersOf({
      leaseSeconds: 1,
      outcome: (entry) => entry.body === "slow" ? slow.promise : "delivered",
    });
    readers.open();
    await readers.settled();
    await readers.append("slow");
    await readers.append("next");
    let renewals = 0, before = 0;
    await eventually(async () => {
      const left = Number(await redis.command("PTTL", readers.keys.owner(0)));
      if (left > before) renewals++;
      before = left;
      return renewals > 3;
    });
    slow.resolve("delivered");
    await eventually(() => readers.bodies.length, (length) => length === 2);
    expect(readers.bodies).toEqual(["slow", "next"]);
  });

  test("go on when Redis is back, where its data is kept and where it is lost", async () => {
    await using readers = readersOf({ leaseSeconds: SHORT_LEASE });
    readers.open();
    readers.open();
    await readers.settled();
    await readers.append("a");
    await eventually(() => readers.bodies.length, (length) => length === 1);
    await redis.restart();
    await readers.append("b");
    await eventually(() => readers.bodies.length, (length) => length === 2);
    await redis.command("FLUSHALL");
    await eventually(async () => {
      await readers.append("c");
      return readers.bodies.includes("c");
    });
    await readers.settled();
    expect(readers.bodies.slice(0, 2)).toEqual(["a", "b"]);
    expect(readers.lines.filter((line) => line.includes("fault"))).toEqual([]);
  });

  test("deliver once and in order, also while readers come and go and lose their Redis", async () => {
    const step = fc.oneof(
      { weight: 4, arbitrary: fc.tuple(fc.constant("append" as const), fc.integer({ min: 1, max: 60 })) },
      { weight: 2, arbitrary: fc.tuple(fc.constant("open" as const), fc.constant(0)) },
      { weight: 2, arbitrary: fc.tuple(fc.constant("stop" as const), fc.nat(9)) },
      { weight: 1, arbitrary: fc.tuple(fc.constant("cut" as const), fc.constant(0)) },
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 25 }), async (steps) => {
        await using readers = readersOf();
        let sent = 0;
        const busy: Promise<unknown>[] = [];
        for (const [kind, number] of steps) {
          const { alive } = readers;
          if (kind === "append") {
            for (let n = 0; n < number; n++, sent++) await readers.append(String(sent), sent % 5);
          } else if (kind === "open" && alive.length < 5) readers.open();
          else if (kind === "stop" && alive.length > 0) {
            busy.push(readers.stop(alive[number % alive.length]!));
          } else if (kind === "cut") {
            // A reader that is cut off while it stops leaves its leases, which end after a minute.
            await Promise.all(busy.splice(0));
            // A link that loses one connection closes the other.
            await readers.reconnected(() =>
              redis.command("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes")
            );
          }
        }
        await Promise.all(busy);
        if (readers.alive.length === 0) readers.open();
        await eventually(() => readers.bodies.length, (length) => length >= sent);
        await readers.settled();
        for (let stream = 0; stream < 5; stream++) {
          const seen = readers.bodies.map(Number).filter((body) => body % 5 === stream);
          expect(seen).toEqual(bodies(0, sent).map(Number).filter((body) => body % 5 === stream));
        }
      }),
      { numRuns: 6 },
    );
  });

  test("go on behind an entry that is refused, and where another program has written to the key", async () => {
    await using readers = readersOf({
      leaseSeconds: 1,
      outcome: ({ body }) => body === "bad" ? "refused" : "delivered",
    });
    const reader = readers.open();
    await readers.settled();
    await readers.append("bad");
    await readers.append("good");
    await eventually(() => readers.bodies.length, (length) => length === 2);
    expect(reader.counters.entries).toEqual({ delivered: 1, repeated: 0, refused: 1 });
    await redis.command("SET", readers.keys.entries(0), "text");
    await eventually(async () => await redis.command("TYPE", readers.keys.entries(0)) !== "string");
    await readers.append("again");
    await eventually(() => readers.bodies.includes("again"));
    expect(readers.lines.filter((line) => line.includes("WRONGTYPE"))).toHaveLength(1);
  });
});

describe.skipIf(skipWhen(!HAS_REDIS, NO_REDIS))("event streams in a Redis Cluster", () => {
  test("lie on all masters, and are read from each as soon as an entry is there", async () => {
    await using cluster = await startRedisCluster();
    const config = redisConfig({ cluster: cluster.masters.map(({ host, port }) => ({ host, port })) });
    await using readers = new StreamReaders(config, "c:");
    readers.open();
    readers.open();
    await readers.settled();
    const masters = new Set<RedisServer>();
    for (let number = 0; number < 160; number++) {
      const stream = number % 16, master = cluster.masterOf(readers.keys.entries(stream));
      masters.add(master);
      const fields = { app: "a", auth: "s", body: String(number) };
      await appendFields(master, fields, { stream, prefix: "c:", isSharded: true });
    }
    expect(masters.size).toBe(3);
    await eventually(() => readers.bodies.length, (length) => length >= 160);
    for (let stream = 0; stream < 16; stream++) {
      const numbers = readers.bodies.map(Number).filter((number) => number % 16 === stream);
      expect(numbers).toEqual(Array.from({ length: 10 }, (_, index) => 16 * index + stream));
    }
  });
});
