import { expect, test } from "bun:test";
import { Guest } from "../../../../src/hub/connections/fair-line.ts";
import { FakeHub } from "../../../support/fake-hub.ts";

/** A hub with a pace, whose time passes when a test says so. */
class Door {
  rate: number;
  now = 0;
  random = 0;
  readonly fake: FakeHub;
  #look: (() => void) | undefined;

  constructor(rate: number) {
    this.rate = rate;
    this.fake = new FakeHub({}, undefined, {
      rate: () => this.rate,
      monotonic: () => this.now,
      random: () => this.random,
      every: (_, call) => {
        this.#look = call;
        return () => this.#look = undefined;
      },
    });
  }

  get isLooking(): boolean {
    return this.#look !== undefined;
  }

  /** So many clients come; returns how many are greeted at once. Names of those that are greeted later go to the list. */
  come(count: number, network = "a", greeted: string[] = []): number {
    const { welcome } = this.fake.hub;
    let atOnce = 0;
    for (let number = 1; number <= count; number++) {
      if (welcome.admits()) {
        atOnce++;
        continue;
      }
      const { connection } = this.fake.connect();
      welcome.wait(new Guest(connection, network, () => greeted.push(`${network}${number}`)));
    }
    return atOnce;
  }

  pass(milliseconds: number): void {
    for (const end = this.now + milliseconds; this.now < end;) {
      this.now += 25;
      this.#look?.();
    }
  }

  get refused(): number {
    return this.fake.monitor.counters.refusals.get("over_welcome_rate") ?? 0;
  }

  /** The close codes of all sockets, those that are open left out. */
  get closeCodes(): (number | undefined)[] {
    return [...this.fake.network.sockets].flatMap(({ closed }) => closed === undefined ? [] : [closed.code]);
  }
}

test("a quarter of a second's clients may come at once, the others are greeted at the rate", () => {
  const door = new Door(400), greeted: string[] = [];
  expect(door.come(300, "a", greeted)).toBe(100);
  door.pass(100);
  expect(greeted).toHaveLength(40);
  door.pass(400);
  expect([greeted.length, door.refused]).toEqual([200, 0]);
});

test("clients below the rate are greeted at once for as long as they come", () => {
  const door = new Door(400);
  for (let step = 0; step < 400; step++) {
    expect(door.come(9)).toBe(9);
    door.pass(25);
  }
});

test("while clients wait, one that comes later is not greeted before them", () => {
  const door = new Door(40), greeted: string[] = [];
  door.come(14, "a", greeted);
  expect(door.come(1, "b", greeted)).toBe(0);
  door.pass(100);
  expect(greeted).toEqual(["a11", "b1", "a12", "a13"]);
});

test("one that has waited 1.5 seconds gets 4100, and is counted and logged with its reason", () => {
  const door = new Door(40), greeted: string[] = [], others: string[] = [];
  expect(door.come(10 + 59, "a", greeted)).toBe(10);
  // Each other network has its first turn before this one has its next.
  for (let number = 1; number < 60; number++) {
    door.come(1, `b${number}`, others);
    door.pass(25);
  }
  expect([greeted.length, door.refused]).toEqual([10, 0]);
  door.pass(25);
  expect([greeted.length, door.refused, door.closeCodes[0]]).toEqual([10, 49, 4100]);
  expect(door.fake.log[0]).toContain("and it has waited up to 1.5 s (reason=over_welcome_rate");
  door.pass(1000);
  expect([others.length, door.refused]).toEqual([59, 49]);
});

test("clients that came together are turned away one after the other, over a quarter of a second", () => {
  const door = new Door(1);
  door.come(1);
  for (door.random = 0; door.random < 1; door.random += 0.125) door.come(1);
  const refused = Array.from({ length: 11 }, () => {
    door.pass(door.now === 0 ? 1250 : 25);
    return door.refused;
  });
  // Eight came; one has had its turn after a second: the first one, which would have waited longest.
  expect([refused[0], refused[5], refused[10]]).toEqual([0, 4, 7]);
});

test("a server that stood still greets whom it may, and turns the others away", () => {
  const door = new Door(400), greeted: string[] = [];
  door.come(500, "a", greeted);
  door.now += 10_000;
  door.pass(25);
  expect([greeted.length, door.refused]).toEqual([100, 300]);
  expect(door.fake.log[0]).toContain(
    "Refused: more clients come than are greeted, 400 a second (welcome_rate), and it has waited up to 1.5 s",
  );
});

test("where as many wait as are greeted in ten seconds, the newest of the network with the most gets 4100", () => {
  const door = new Door(40), greeted: string[] = [];
  expect(door.come(10 + 400, "a", greeted)).toBe(10);
  expect(door.refused).toBe(0);
  door.come(5, "a", greeted);
  expect([door.refused, door.closeCodes]).toEqual([5, [4100, 4100, 4100, 4100, 4100]]);
  expect(door.fake.log[0]).toContain("(welcome_rate), and 400 wait already");
  // Another network finds a place all the same.
  door.come(3, "b", greeted);
  expect(door.refused).toBe(8);
  door.pass(150);
  expect(greeted).toEqual(["a11", "b1", "a12", "b2", "a13", "b3"]);
});

test("a client that goes while it waits frees its place and takes no turn", () => {
  const door = new Door(40), greeted: string[] = [];
  door.come(12, "a", greeted);
  const [guest] = door.fake.hub.welcome.waiting;
  door.fake.hub.welcome.leave(guest!);
  door.pass(25);
  expect(greeted).toEqual(["a12"]);
});

test("without a rate all are greeted at once and nothing runs", () => {
  const door = new Door(0);
  expect([door.come(100_000), door.isLooking]).toEqual([100_000, false]);
});

test("nothing runs any more when as many as ever may come", () => {
  const door = new Door(400);
  door.come(100);
  expect(door.isLooking).toBe(true);
  door.pass(250);
  expect(door.isLooking).toBe(false);
  expect(door.come(101)).toBe(100);
});

test("another rate counts from the next look on, also none", () => {
  const door = new Door(4), greeted: string[] = [];
  expect(door.come(5, "a", greeted)).toBe(1);
  door.rate = 400;
  door.pass(25);
  expect(greeted).toHaveLength(4);
  door.rate = 4;
  door.pass(1000);
  door.come(4, "b", greeted);
  door.rate = 0;
  door.pass(25);
  expect([greeted.length, door.isLooking, door.come(1000)]).toEqual([7, false, 1000]);
});

test("a rate below four a second greets one at a time", () => {
  const door = new Door(1), greeted: string[] = [];
  expect(door.come(2, "a", greeted)).toBe(1);
  door.pass(1000);
  expect(greeted).toHaveLength(1);
});
