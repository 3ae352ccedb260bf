import { expect, test } from "bun:test";
import { Turn } from "../../../../src/cluster/membership/turn.ts";
import { LinkDown, type RedisCommand } from "../../../../src/redis/redis-link.ts";

/** A Redis that has the turn alone, and a clock that passes with each pause. */
class FakeRedis {
  holder: string | undefined;
  now = 0;
  isAway = false;
  asked = 0;

  readonly link = {
    run: (commands: readonly RedisCommand[]): Promise<readonly unknown[]> => {
      if (this.isAway) return Promise.reject(new LinkDown("gone"));
      return Promise.resolve(commands.map((command) => {
        if (!("script" in command)) throw new Error("not a script");
        const [process] = command.args, takes = command.args.length === 2;
        this.asked++;
        if (takes && this.holder === undefined) this.holder = String(process);
        else if (!takes && this.holder === process) this.holder = undefined;
        else if (takes) return 0;
        return takes ? 1 : 0;
      }));
    },
  };

  turn(processId: string): Turn {
    return new Turn({
      ...{ link: this.link, key: "{nodes}:turn", processId, monotonic: () => this.now },
      timers: {
        after: (milliseconds, then) => {
          this.now += milliseconds;
          queueMicrotask(then);
          return () => {};
        },
      },
    });
  }
}

test("one process goes on at a time, the next one when it has ended its turn", async () => {
  const redis = new FakeRedis(), one = redis.turn("one"), two = redis.turn("two");
  await one.take();
  let isTwo = false;
  const waits = two.take().then(() => isTwo = true);
  for (let turn = 0; turn < 50; turn++) await Promise.resolve();
  expect([redis.holder, isTwo]).toEqual(["one", false]);
  one.end();
  await waits;
  expect(redis.holder).toBe("two");
});

test("none waits for longer than a minute, and one that went on without its turn ends no other's", async () => {
  const redis = new FakeRedis(), late = redis.turn("late");
  redis.holder = "other";
  await late.take();
  expect(redis.now).toBeGreaterThanOrEqual(60_000);
  late.end();
  expect(redis.holder).toBe("other");
});

test("without Redis every process goes on at once", async () => {
  const redis = new FakeRedis(), one = redis.turn("one");
  redis.isAway = true;
  await one.take();
  one.end();
  expect([redis.now, redis.asked]).toEqual([0, 0]);
});
