import { expect, test } from "bun:test";
import type { RedisInfo } from "../../../src/redis/redis-link.ts";
import type { RedisSession, SessionListener } from "../../../src/redis/redis-session.ts";
import { ReconnectingLink } from "../../../src/redis/reconnecting-link.ts";

const info: RedisInfo = { runId: "a", version: "7.2.0", kind: "redis", mode: "cluster", sharded: true };

function fakeSession(closed: () => void): RedisSession {
  return {
    info,
    run: (commands) => Promise.resolve(commands),
    subscribe: () => Promise.resolve(),
    unsubscribe: () => undefined,
    barrier: () => Promise.resolve(),
    close: closed,
  };
}

/** A link whose attempts end when the test says so. */
function linkUnderTest(): {
  link: ReconnectingLink;
  events: string[];
  attempt: () => Promise<
    { listener: SessionListener; resolve: (session: RedisSession) => void; reject: (error: Error) => void }
  >;
} {
  const events: string[] = [];
  const attempts: Awaited<ReturnType<ReturnType<typeof linkUnderTest>["attempt"]>>[] = [];
  let wake = (): void => undefined;
  const link = new ReconnectingLink(
    (listener) =>
      new Promise((resolve, reject) => {
        attempts.push({ listener, resolve, reject });
        wake();
      }),
    { up: () => events.push("up"), down: (reason) => events.push(reason), message: () => undefined },
    () => 0,
  );
  return {
    link,
    events,
    async attempt() {
      while (attempts.length === 0) await new Promise<void>((resolve) => (wake = resolve));
      return attempts.shift()!;
    },
  };
}

test("an outage is announced once, however many attempts fail, and its latest reason can be asked", async () => {
  const { link, events, attempt } = linkUnderTest();
  link.start();
  expect(link.state).toBe("connecting");
  (await attempt()).reject(new Error("connect ECONNREFUSED"));
  (await attempt()).reject(new Error("WRONGPASS"));
  const third = await attempt();
  expect(events).toEqual(["connect ECONNREFUSED"]);
  expect([link.state, link.failure]).toEqual(["down", "WRONGPASS"]);
  expect(link.run([["PING"]])).rejects.toThrow("Redis is away: WRONGPASS");
  third.resolve(fakeSession(() => undefined));
  await Promise.resolve();
  expect(events).toEqual(["connect ECONNREFUSED", "up"]);
  expect([link.state, link.failure]).toEqual(["up", undefined]);
  await link.stop();
});

test("a lost session is closed and replaced, and messages are published as its successor takes them", async () => {
  const { link, events, attempt } = linkUnderTest();
  let closed = 0;
  link.start();
  expect(link.publishCommand("c", "p")).toEqual(["PUBLISH", "c", "p"]);
  const first = await attempt();
  first.resolve(fakeSession(() => closed++));
  await Promise.resolve();
  expect(link.publishCommand("c", "p")).toEqual(["SPUBLISH", "c", "p"]);
  first.listener.lost("read ECONNRESET");
  first.listener.lost("lost twice");
  expect([closed, events]).toEqual([1, ["up", "read ECONNRESET"]]);
  (await attempt()).resolve(fakeSession(() => closed++));
  await Promise.resolve();
  expect(events).toEqual(["up", "read ECONNRESET", "up"]);
  await link.stop();
  expect([closed, link.state]).toEqual([2, "down"]);
});

test("a session that comes after the stop is closed", async () => {
  const { link, events, attempt } = linkUnderTest();
  let closed = 0;
  link.start();
  const late = await attempt();
  const stopped = link.stop();
  late.resolve(fakeSession(() => closed++));
  await stopped;
  expect([closed, events]).toEqual([1, []]);
});
