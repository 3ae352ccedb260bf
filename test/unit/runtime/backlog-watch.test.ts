import { expect, test } from "bun:test";
import { BacklogWatch } from "../../../src/runtime/backlog-watch.ts";

const LIMIT = 1000;

class FakeSocket {
  backlog = 0;
  behind = false;
  ended = false;

  terminate(): void {
    this.ended = true;
  }
}

/** The turns that the watch waits for; `take` takes one. */
class Turns {
  readonly #next: Array<() => void> = [];
  readonly nextTurn = (then: () => void): void => void this.#next.push(then);

  take(): void {
    for (const then of this.#next.splice(0)) then();
  }
}

function watched(
  count: number,
  now: () => number,
  { nextTurn } = new Turns(),
): { watch: BacklogWatch; sockets: FakeSocket[] } {
  const watch = new BacklogWatch(LIMIT, now, nextTurn);
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

test("a socket over the limit is ended in the next turn, where the runtime has not ended it", () => {
  let time = 0;
  const turns = new Turns();
  const { watch, sockets: [slow, behind] } = watched(2, () => time++, turns);
  slow!.backlog = behind!.backlog = LIMIT;
  watch.published(LIMIT);
  turns.take();
  expect([slow!.ended, behind!.ended]).toEqual([false, false]);
  slow!.backlog = LIMIT + 1;
  watch.published(1);
  turns.take();
  expect([slow!.ended, behind!.ended]).toEqual([true, false]);
});

test("a socket that the runtime has ended, or that has read on, is not ended by the watch", () => {
  let time = 0;
  const turns = new Turns();
  const { watch, sockets: [gone, fast] } = watched(2, () => time++, turns);
  gone!.backlog = fast!.backlog = LIMIT + 1;
  watch.published(LIMIT);
  watch.remove(gone!);
  fast!.backlog = 0;
  turns.take();
  expect([gone!.ended, fast!.ended]).toEqual([false, false]);
});
