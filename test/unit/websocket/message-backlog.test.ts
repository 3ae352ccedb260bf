import { expect, test } from "bun:test";
import { MessageBacklog } from "../../../src/websocket/message-backlog.ts";

/** A backlog whose turns the test takes, and connections that note what they are handed. */
class Turns {
  readonly #next: Array<() => void> = [];
  readonly backlog = new MessageBacklog((then) => this.#next.push(then));

  /** Takes one turn; false where nothing waits for one. */
  take(): boolean {
    const due = this.#next.splice(0);
    for (const then of due) then();
    return due.length > 0;
  }
}

class Connection {
  readonly handled: Array<string | Uint8Array> = [];
  readonly onHandle: ((message: string | Uint8Array) => void) | undefined;

  constructor(onHandle?: (message: string | Uint8Array) => void) {
    this.onHandle = onHandle;
  }

  /** Whether it is read from. */
  isRead = true;

  behind(): void {
    this.isRead = false;
  }

  caughtUp(): void {
    this.isRead = true;
  }

  handle(message: string | Uint8Array): void {
    this.handled.push(message);
    this.onHandle?.(message);
  }
}

const numbers = (count: number): string[] => Array.from({ length: count }, (_, index) => `${index}`);

test("messages are handled in their order, 2,048 of a connection in a turn", () => {
  const turns = new Turns(), connection = new Connection();
  for (const message of numbers(5000)) expect(turns.backlog.keep(connection, message)).toBe(true);
  expect([turns.backlog.has(connection), connection.handled.length, connection.isRead]).toEqual([
    true,
    0,
    false,
  ]);
  const sizes: number[] = [];
  while (turns.take()) sizes.push(connection.handled.length);
  expect(sizes).toEqual([2048, 4096, 5000]);
  expect([connection.handled, connection.isRead]).toEqual([numbers(5000), true]);
  expect(turns.backlog.has(connection)).toBe(false);
});

test("many connections share a turn, and each gets its own one after the other", () => {
  const turns = new Turns(), connections = Array.from({ length: 10 }, () => new Connection());
  for (const connection of connections) {
    for (const message of numbers(3000)) turns.backlog.keep(connection, message);
  }
  turns.take();
  expect(connections.map(({ handled }) => handled.length)).toEqual([2048, 2048, 0, 0, 0, 0, 0, 0, 0, 0]);
  turns.take();
  expect(connections.slice(2, 4).map(({ handled }) => handled.length)).toEqual([2048, 2048]);
  while (turns.take());
  for (const { handled } of connections) expect(handled).toEqual(numbers(3000));
});

test("what waits is bounded for one connection, and what was handled makes room again", () => {
  const turns = new Turns(), connection = new Connection(), message = "x".repeat(10_000);
  let kept = 0;
  while (turns.backlog.keep(connection, message)) kept++;
  expect(kept).toBe(Math.floor(4_194_304 / 10_064));
  for (let round = 0; round < 100; round++) {
    while (turns.take());
    for (let index = 0; index < 100; index++) expect(turns.backlog.keep(connection, message)).toBe(true);
  }
});

test("what waits is bounded for all connections together", () => {
  const turns = new Turns(), message = "x".repeat(100_000);
  let kept = 0;
  for (let index = 0; index < 100; index++) {
    const connection = new Connection();
    for (let count = 0; count < 10; count++) if (turns.backlog.keep(connection, message)) kept++;
  }
  expect(kept).toBe(Math.floor(33_554_432 / 100_064));
});

test("a connection that ends leaves nothing, also while its messages are handled", () => {
  const turns = new Turns();
  const connection: Connection = new Connection((message) => {
    if (message === "2") turns.backlog.drop(connection);
  });
  for (const message of numbers(5)) turns.backlog.keep(connection, message);
  while (turns.take());
  expect(connection.handled).toEqual(numbers(3));
  expect(turns.backlog.has(connection)).toBe(false);
});

test("a message that comes while others are handled waits behind them", () => {
  const turns = new Turns();
  const connection: Connection = new Connection((message) => {
    if (message === "0") turns.backlog.keep(connection, "late");
  });
  for (const message of numbers(3)) turns.backlog.keep(connection, message);
  while (turns.take());
  expect(connection.handled).toEqual(["0", "1", "2", "late"]);
});
