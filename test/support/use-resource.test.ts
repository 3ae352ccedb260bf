import { describe, expect, test } from "bun:test";
import { useForEachTest, useResource } from "./use-resource.ts";

const log: string[] = [];

class Lamp implements AsyncDisposable {
  readonly #name: string;

  constructor(name: string) {
    this.#name = name;
    log.push(`${name} on`);
  }

  get name(): string {
    return this.#name;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.resolve();
    log.push(`${this.#name} off`);
  }
}

describe("two resources of one scope", () => {
  const first = useResource(() => new Lamp("first"));
  const second = useResource(() => Promise.resolve(new Lamp(`behind ${first.name}`)));

  test("are started in their order, and one may need the other", () => {
    expect([first.name, second.name]).toEqual(["first", "behind first"]);
    expect(log.splice(0)).toEqual(["first on", "behind first on"]);
  });

  test("are there for all tests", () => {
    expect(second.name).toBe("behind first");
    expect(log).toEqual([]);
  });
});

test("they end in the opposite order", () => {
  expect(log.splice(0)).toEqual(["behind first off", "first off"]);
});

describe("a resource for each test", () => {
  let count = 0;
  const lamp = useForEachTest(() => new Lamp(`number ${++count}`));

  test.each([1, 2])("is a new one in test %d", (number) => {
    expect(lamp.name).toBe(`number ${number}`);
  });
});

test("each of them has ended behind its test", () => {
  expect(log).toEqual(["number 1 on", "number 1 off", "number 2 on", "number 2 off"]);
});

describe("what cannot be disposed of", () => {
  const plain = useResource(() => ({ name: "plain" }));
  // While the file is read nothing has been started.
  expect(() => plain.name).toThrow("Nothing has been started yet: name");

  test("is there all the same", () => {
    expect(plain.name).toBe("plain");
  });
});
