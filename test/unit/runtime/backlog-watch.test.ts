import { expect, test } from "bun:test";
import { BacklogWatch } from "../../../src/runtime/backlog-watch.ts";

const LIMIT = 1000;

class FakeSocket {
  backlog = 0;
  behind = false;
}

function watched(count: number, now: () => number): { watch: BacklogWatch; sockets: FakeSocket[] } {
  const watch = new BacklogWatch(LIMIT, now);
  const sockets = Array.from({ length: count }, () => new FakeSocket());
  for (const socket of sockets) watch.add(socket);
  return { watch, sockets };
}

test("a socket with more than half of the limit waiting is behind, once a quarter of it was published", () => {
  let time = 0;
  const { watch, sockets: [slow, fast] } = watched(2, () => time++);
  slow!.backlog = LIMIT / 2 + 1;
  fast!.backlog = LIMIT / 2;
  watch.published(LIMIT / 4 - 1);
  expect(slow!.behind).toBe(false);
  watch.published(1);
  expect([slow!.behind, fast!.behind]).toEqual([true, false]);
});

test("a socket whose client has read on is no longer behind", () => {
  let time = 0;
  const { watch, sockets: [socket] } = watched(1, () => time++);
  socket!.backlog = LIMIT;
  watch.look(socket!);
  expect(socket!.behind).toBe(true);
  socket!.backlog = 0;
  watch.published(LIMIT);
  expect(socket!.behind).toBe(false);
});

test("the more sockets there are, the less often they are looked at, however much is published", () => {
  let time = 0;
  const { watch, sockets } = watched(10_000, () => time);
  watch.published(LIMIT);
  for (const socket of sockets) socket.backlog = LIMIT;
  time = 14;
  watch.published(100 * LIMIT);
  expect(sockets.some(({ behind }) => behind)).toBe(false);
  time = 15;
  watch.published(1);
  expect(sockets.every(({ behind }) => behind)).toBe(true);
});

test("a socket that has gone is not looked at", () => {
  const { watch, sockets: [socket] } = watched(1, () => 0);
  socket!.backlog = LIMIT;
  watch.remove(socket!);
  watch.published(LIMIT);
  expect(socket!.behind).toBe(false);
});
