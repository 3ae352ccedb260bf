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
      help: false,
      list: false,
      report: false,
      against: undefined,
      sockudo: undefined,
      reverb: undefined,
      out: undefined,
    });
  });

  test("scenarios, contenders and the number of pairs can be chosen", () => {
    const command = readCommandLine(["http", "--quick", "--pairs", "9", "--only", "bare,soketi"], KNOWN);
    expect(command).toMatchObject({ scenarios: ["http"], pace: "quick", pairs: 9, only: ["bare", "soketi"] });
  });

  test("another commit and contenders by their path can be named", () => {
    const places = ["--against", "HEAD~3", "--sockudo", "/opt/sockudo", "--reverb", "site"];
    expect(readCommandLine(places, KNOWN)).toMatchObject({
      against: "HEAD~3",
      sockudo: "/opt/sockudo",
      reverb: "site",
    });
    expect(() => readCommandLine(["--against", "HEAD", "--only", "bare"], KNOWN)).toThrow(
      "--only does not go with it",
    );
  });

  test("help is asked for in two ways", () => {
    expect(readCommandLine(["--help"], KNOWN).help).toBe(true);
    expect(readCommandLine(["-h"], KNOWN).help).toBe(true);
  });

  test("an option that does not exist, or lacks its value, is one sentence", () => {
    const messageOf = (...args: readonly string[]): string => {
      try {
        readCommandLine(args, KNOWN);
        return "no error";
      } catch (error) {
        return (error as Error).message;
      }
    };
    expect(messageOf("--fast")).toBe("There is no option --fast");
    expect(messageOf("-f")).toBe("There is no option -f");
    expect(messageOf("--pairs")).toBe("Option '--pairs <value>' argument missing");
    expect(messageOf("--pairs", "-1")).toBe(
      "--pairs needs a value; one that begins with a dash is written --pairs=-…",
    );
    expect(messageOf("--pairs=-1")).toBe("--pairs -1: expected a number from 1");
    for (const name of ["--pairs", "--only", "--against", "--sockudo", "--reverb", "--out"]) {
      expect(messageOf(name, "")).toBe(`${name} needs a value`);
    }
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
