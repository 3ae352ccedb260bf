import { describe, expect, test } from "bun:test";
import { readCommandLine } from "../../../../scripts/bench/command-line.ts";

const KNOWN = { scenarios: ["fan-out", "http"], contenders: ["bare", "soketi"] };

describe("the benchmark's command line", () => {
  test("without arguments everything is measured at the normal pace", () => {
    expect(readCommandLine([], KNOWN)).toEqual({
      scenarios: [],
      pace: "normal",
      pairs: undefined,
      only: [],
      list: false,
      report: false,
      out: undefined,
    });
  });

  test("scenarios, contenders and the number of pairs can be chosen", () => {
    const command = readCommandLine(["http", "--quick", "--pairs", "9", "--only", "bare,soketi"], KNOWN);
    expect(command).toMatchObject({ scenarios: ["http"], pace: "quick", pairs: 9, only: ["bare", "soketi"] });
  });

  test("what does not exist is named together with what does", () => {
    expect(() => readCommandLine(["fanout"], KNOWN)).toThrow(
      "There is no scenario fanout; there are fan-out, http",
    );
    expect(() => readCommandLine(["--only", "pusher"], KNOWN)).toThrow("There is no contender pusher");
    expect(() => readCommandLine(["--pairs", "none"], KNOWN)).toThrow(
      "--pairs none: expected a number from 1",
    );
    expect(() => readCommandLine(["--quick", "--full"], KNOWN)).toThrow("exclude each other");
  });
});
