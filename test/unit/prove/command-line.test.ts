import { describe, expect, test } from "bun:test";
import { type ProveCommand, proveCommand } from "../../../scripts/prove/command-line.ts";

/** What a command line asks for; throws what is wrong with it. */
async function read(...args: readonly string[]): Promise<ProveCommand> {
  let asked: ProveCommand | undefined;
  const command = proveCommand(() => 1234, (given) => {
    asked = given;
    return Promise.resolve();
  });
  await command.exitOverride().configureOutput({ writeErr: () => {} }).parseAsync([...args], {
    from: "user",
  });
  if (asked === undefined) throw new Error("Nothing was asked for");
  return asked;
}

describe("the command line of prove", () => {
  test("takes one new seed unless it says otherwise", async () => {
    expect(await read()).toMatchObject({
      seed: 1234,
      seeds: 1,
      minutes: undefined,
      against: "resound",
      shrink: false,
    });
  });

  test("takes seeds, minutes, a contender and shrinking", async () => {
    expect(await read("--seed", "7", "--seeds", "3", "--minutes", "0.5", "--against", "soketi", "--shrink"))
      .toMatchObject({
        ...{ seed: 7, seeds: 3, minutes: 0.5, against: "soketi", shrink: true },
      });
  });

  test("takes the Laravel application whose Reverb is tried", async () => {
    expect(await read("--against", "reverb", "--reverb", "/srv/app")).toMatchObject({
      ...{ against: "reverb", reverb: "/srv/app" },
    });
  });

  test("goes on for as long as --minutes says", async () => {
    expect((await read("--minutes", "30")).seeds).toBeUndefined();
  });

  test("takes the rates of a cluster whose scale is computed", async () => {
    expect(await read("--scale", "--joins", "2.5", "--publishes", "300", "--channels", "0")).toMatchObject({
      ...{ scale: true, joins: 2.5, publishes: 300, channels: 0 },
    });
    expect(await read("--scale")).toMatchObject({
      joins: undefined,
      publishes: undefined,
      channels: undefined,
    });
  });

  test("says what is wrong with an option", () => {
    expect(read("--seed", "x")).rejects.toThrow("It must be a whole number from 0 on.");
    expect(read("--seeds", "0")).rejects.toThrow("It must be a whole number from 1 on.");
    expect(read("--minutes", "0")).rejects.toThrow("It must be a number above 0.");
    expect(read("--scale", "--joins", "-1")).rejects.toThrow("It must be a number above 0.");
    expect(read("--against", "pusher")).rejects.toThrow("Allowed choices are resound, soketi, reverb.");
    expect(read("--sed", "1")).rejects.toThrow("unknown option '--sed'");
  });
});
