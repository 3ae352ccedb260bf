import { expect, test } from "bun:test";
import { FairLine, Guest } from "../../../../src/hub/connections/fair-line.ts";
import { FakeHub } from "../../../support/fake-hub.ts";

const fake = new FakeHub();

/** A line with guests of these networks, each guest named by its network and a number. */
class Line {
  readonly line = new FairLine();
  readonly #names = new Map<Guest, string>();
  readonly #guests = new Map<string, Guest>();

  come(name: string): void {
    const guest = new Guest(fake.connect().connection, name.slice(0, 1), () => {});
    this.#names.set(guest, name);
    this.#guests.set(name, guest);
    this.line.add(guest);
  }

  go(...names: readonly string[]): void {
    for (const name of names) this.line.remove(this.#guests.get(name)!);
  }

  nameOf(guest: Guest | undefined): string | undefined {
    return guest === undefined ? undefined : this.#names.get(guest);
  }

  /** Everyone's turn, in order. */
  turns(): (string | undefined)[] {
    return Array.from({ length: this.line.size }, () => this.nameOf(this.line.next()));
  }
}

function lineOf(names: string): Line {
  const line = new Line();
  for (const name of names.split(" ")) line.come(name);
  return line;
}

test("networks take turns, each in the order in which its guests came", () => {
  expect(lineOf("a1 a2 a3 a4 b1 b2 c1").turns()).toEqual(["a1", "b1", "c1", "a2", "b2", "a3", "a4"]);
});

test("a network that comes later has its turn after one guest of each other", () => {
  const line = lineOf("a1 a2 a3 b1");
  expect(line.nameOf(line.line.next())).toBe("a1");
  line.come("c1");
  expect(line.turns()).toEqual(["b1", "a2", "c1", "a3"]);
});

test("a guest that has gone is skipped, wherever it stood, and going twice is harmless", () => {
  const line = lineOf("a1 a2 a3 b1");
  line.go("a1", "a3", "a3", "b1");
  line.come("a4");
  expect(line.turns()).toEqual(["a2", "a4"]);
  line.go("a2");
  expect([line.line.size, line.line.next()]).toEqual([0, undefined]);
});

test("the network with the most gives way with its newest guest, where the newcomer's has at least two fewer", () => {
  const line = lineOf("a1 a2 a3 b1");
  expect(line.nameOf(line.line.giveWay("b"))).toBe("a3");
  // Now two and one: after an exchange the newcomer's would have the most.
  expect(line.line.giveWay("b")).toBeUndefined();
  expect(line.nameOf(line.line.giveWay("c"))).toBe("a2");
  expect(line.line.giveWay("c")).toBeUndefined();
  expect(line.turns()).toEqual(["a1", "b1"]);
});

test("a network never gives way to itself", () => {
  expect(lineOf("a1 a2 a3").line.giveWay("a")).toBeUndefined();
});

test("the largest network is known again after guests of it have gone and had their turn", () => {
  const line = lineOf("a1 a2 a3 a4 b1 b2 b3");
  line.go("a4", "a2");
  expect(line.nameOf(line.line.giveWay("c"))).toBe("b3");
  line.line.next();
  expect(line.nameOf(line.line.giveWay("c"))).toBe("b2");
  expect(line.turns()).toEqual(["b1", "a3"]);
});

test("a network that is never out of the line keeps its order over thousands of guests", () => {
  const line = lineOf("a0 a1 a2");
  for (let number = 3; number < 5000; number++) {
    line.come(`a${number}`);
    expect(line.nameOf(line.line.next())).toBe(`a${number - 3}`);
  }
  expect(line.turns()).toEqual(["a4997", "a4998", "a4999"]);
});
