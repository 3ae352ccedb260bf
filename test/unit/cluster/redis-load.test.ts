import { expect, test } from "bun:test";
import { RedisLoad } from "../../../src/cluster/redis-load.ts";
import type { LoadingClient } from "../../../src/hub/cluster/cluster-load.ts";

/** A load whose turns end, and are answered, when the test says so. */
class Bench {
  isUp = true;
  /** Turns that have ended and are not answered. */
  readonly ended: (() => void)[] = [];
  readonly load: RedisLoad;
  /** Whether all that a turn brings comes to nothing. */
  isEmpty = false;
  #later: (() => void)[] = [];
  #after: (() => void)[] = [];

  constructor() {
    this.load = new RedisLoad({
      isUp: () => this.isUp,
      batch: {
        later: (write) => {
          this.#later.push(write);
          return { withdraw: () => {} };
        },
        afterTurn: (over) => void this.#after.push(over),
        flush: () => this.endTurn(),
      },
    });
  }

  endTurn(): void {
    for (const write of this.#later.splice(0)) write();
    const after = this.#after.splice(0);
    if (this.isEmpty) after.forEach((over) => over());
    else this.ended.push(() => after.forEach((over) => over()));
  }

  answer(): void {
    this.ended.shift()?.();
  }
}

/** A client with so many messages, which handles as many as it may. */
class Client implements LoadingClient {
  unanswered = 0;
  handled = 0;
  readonly #bench: Bench;

  constructor(bench: Bench) {
    this.#bench = bench;
  }

  messages = 0;

  goOn(): void {
    while (this.messages > 0 && this.#bench.load.take(this, 1)) {
      this.messages--;
      this.handled++;
    }
  }

  send(count: number): this {
    this.messages += count;
    this.goOn();
    return this;
  }
}

test("a client that is quicker than Redis waits until it has been answered", () => {
  const bench = new Bench(), client = new Client(bench).send(2500), other = new Client(bench).send(1);
  expect([client.handled, other.handled]).toEqual([1000, 1]);
  bench.answer();
  expect(client.handled).toBe(2000);
  bench.endTurn();
  bench.answer();
  bench.endTurn();
  bench.answer();
  expect([client.handled, client.unanswered]).toEqual([2500, 500]);
  bench.endTurn();
  bench.answer();
  expect([client.unanswered, other.unanswered]).toEqual([0, 0]);
});

test("what comes to nothing within a turn makes no client wait", () => {
  const bench = new Bench();
  bench.isEmpty = true;
  expect(new Client(bench).send(100_000).handled).toBe(100_000);
});

test("while Redis is behind those wait first that have the most unanswered", () => {
  const bench = new Bench();
  const hostile = Array.from({ length: 12 }, () => new Client(bench).send(1000));
  expect(hostile.map(({ handled }) => handled)).toEqual([1000, 500, ...Array<number>(10).fill(16)]);
  const friendly = Array.from({ length: 100 }, () => new Client(bench).send(10));
  expect(friendly.every(({ handled }) => handled === 10)).toBe(true);
});

test("all clients together have a bound, and all are served in the end", () => {
  const bench = new Bench(), clients: Client[] = [];
  for (let number = 0; number < 5000; number++) clients.push(new Client(bench).send(10));
  const handled = (): number => clients.reduce((sum, client) => sum + client.handled, 0);
  expect(handled()).toBe(4000);
  for (let turn = 0; turn < 100 && handled() < 50_000; turn++) {
    bench.endTurn();
    bench.answer();
  }
  expect(handled()).toBe(50_000);
});

test("the end of a client is counted, so that others wait for it", () => {
  const bench = new Bench();
  for (let number = 0; number < 40; number++) bench.load.note(new Client(bench), 100);
  const client = new Client(bench).send(5);
  expect(client.handled).toBe(0);
  bench.endTurn();
  bench.answer();
  expect(client.handled).toBe(5);
});

test("while Redis is away nothing waits", () => {
  const bench = new Bench();
  bench.isUp = false;
  expect(new Client(bench).send(5000).handled).toBe(5000);
});
