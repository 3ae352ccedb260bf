import { expect, test } from "bun:test";
import { type Placed, runInLanes } from "../../../scripts/test/run-in-lanes.ts";

/** A run whose steps end when the test says so. */
function startRun(lanes: number, ...steps: Placed[]): Run {
  const running: string[] = [], written: string[] = [];
  const ends = new Map<string, () => void>();
  const writers = new Map<string, (text: string) => void>();
  const outcomes = runInLanes<Placed, string>(steps, lanes, ({ name }, done, write) => {
    running.push(name);
    writers.set(name, write);
    const before = done.join(" ");
    return new Promise((resolve) => ends.set(name, () => resolve(`${name}(${before})`)));
  }, (text) => written.push(text));
  return {
    running,
    written,
    outcomes,
    write: (name, text) => writers.get(name)!(text),
    async end(name) {
      ends.get(name)!();
      running.splice(running.indexOf(name), 1);
      await Bun.sleep(0);
    },
  };
}

interface Run {
  readonly running: readonly string[];
  readonly written: readonly string[];
  readonly outcomes: Promise<readonly string[]>;
  write(name: string, text: string): void;
  end(name: string): Promise<void>;
}

test("as many steps run as there are lanes, the next one when one has ended", async () => {
  const run = startRun(2, { name: "a" }, { name: "b" }, { name: "c" }, { name: "d" });
  await Bun.sleep(0);
  expect(run.running).toEqual(["a", "b"]);
  await run.end("b");
  expect(run.running).toEqual(["a", "c"]);
  await run.end("c");
  expect(run.running).toEqual(["a", "d"]);
  await run.end("a");
  await run.end("d");
  expect(await run.outcomes).toEqual(["a()", "b()", "c(b())", "d(b() c(b()))"]);
});

test("a step waits for those that it names, where they are in the run", async () => {
  const run = startRun(3, { name: "a" }, { name: "b", needs: "a", after: "elsewhere" }, {
    name: "c",
    after: "a",
  });
  await Bun.sleep(0);
  expect(run.running).toEqual(["a"]);
  await run.end("a");
  expect(run.running).toEqual(["b", "c"]);
  await run.end("b");
  await run.end("c");
  expect(await run.outcomes).toHaveLength(3);
});

test("the output stands in the order of the steps, that of the first one as it comes", async () => {
  const run = startRun(3, { name: "a" }, { name: "b" }, { name: "c" });
  await Bun.sleep(0);
  run.write("c", "c1 ");
  run.write("a", "a1 ");
  run.write("b", "b1 ");
  expect(run.written).toEqual(["a1 "]);
  await run.end("c");
  run.write("a", "a2 ");
  await run.end("a");
  expect(run.written).toEqual(["a1 ", "a2 ", "b1 "]);
  run.write("b", "b2 ");
  expect(run.written.at(-1)).toBe("b2 ");
  await run.end("b");
  await run.outcomes;
  expect(run.written.join("")).toBe("a1 a2 b1 b2 c1 ");
});
