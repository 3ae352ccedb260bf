import { Command, InvalidArgumentError, Option } from "commander";

/** Servers that can be put to the proof. */
export const CONTENDERS = ["resound", "soketi", "reverb"] as const;

/** What `bun run prove` was asked to do. */
export interface ProveCommand {
  readonly seed: number;
  /** How many seeds, from that one on; `undefined` with `minutes` alone: as many as fit. */
  readonly seeds: number | undefined;
  /** After how many minutes no further seed is begun. */
  readonly minutes: number | undefined;
  readonly against: (typeof CONTENDERS)[number];
  /** Whether the cluster is simulated. */
  readonly simulate: boolean;
  /** Whether defects are planted, to see that the checkers find them. */
  readonly mutants: boolean;
  /** Whether the load of clusters of 3 to 100 nodes is computed, and compared with real ones. */
  readonly scale: boolean;
  /** For `scale`: joins, and as many leaves, a second at each node; the usual ones unless given. */
  readonly joins: number | undefined;
  /** For `scale`: events that are published a second at each node; the usual ones unless given. */
  readonly publishes: number | undefined;
  /** For `scale`: private channels of each connection, besides one presence channel; two unless given. */
  readonly channels: number | undefined;
  /** Whether a plan that fails is made smaller. */
  readonly shrink: boolean;
  /** A file with a plan to carry out in place of those of seeds. */
  readonly plan: string | undefined;
  /** A file with a history to check, without a run. */
  readonly history: string | undefined;
  /** Kinds of faults; all that can be had unless given. */
  readonly faults: readonly string[] | undefined;
  /** The folder for histories of failures. */
  readonly out: string | undefined;
  /** For `reverb`: the folder of a Laravel application that has it; without one Composer fetches it. */
  readonly reverb: string | undefined;
  /** The revision that a rolling restart begins with. */
  readonly before: string | undefined;
}

/** Makes the command; `run` is called with what the command line says. */
export function proveCommand(now: () => number, run: (command: ProveCommand) => Promise<void>): Command {
  return new Command("prove")
    .description(
      "Puts real nodes under load while they are killed, frozen and cut off, records what everyone sees, and checks it.\n" +
        "The exit code is 0 when every checker finds every history clean, else 1.",
    )
    .option("--seed <number>", "the seed of the first plan; a new one each time unless given", wholeNumber)
    .option(
      "--seeds <number>",
      "how many seeds, one after the other (1 unless given, or as many as --minutes has room for)",
      countOf,
    )
    .option("--minutes <number>", "begins no further seed after so many minutes", aboveZero)
    .addOption(
      new Option("--against <server>", "the server that is put to the proof").choices(CONTENDERS).default(
        "resound",
      ),
    )
    .option(
      "--reverb <folder>",
      "with --against reverb: a Laravel application that has it (Composer fetches one unless given)",
    )
    .option(
      "--faults <kinds>",
      "kinds of faults, with commas between them; all that can be had unless given",
      listOf,
    )
    .option(
      "--simulate",
      "simulates the cluster in one process: thousands of seeds a minute, each shrunk where it fails",
      false,
    )
    .option(
      "--mutants",
      "plants defects in copies of the sources, one each, and says which the checkers find",
      false,
    )
    .option(
      "--scale",
      "computes what clusters of 3 to 100 nodes ask of Redis, and compares it with 3 to 12 real nodes; --out has the chart",
      false,
    )
    .option("--joins <number>", "with --scale: joins, and leaves, a second at each node", aboveZero)
    .option("--publishes <number>", "with --scale: events published a second at each node", aboveZero)
    .option("--channels <number>", "with --scale: private channels of each connection", wholeNumber)
    .option("--shrink", "leaves steps of a failing plan out, for as long as it still fails", false)
    .option("--plan <file>", "carries out a plan that an earlier run has written")
    .option("--history <file>", "checks a history that an earlier run has written, and runs nothing")
    .option(
      "--before <revision>",
      "the version of git that a rolling restart begins with (the newest tag, or 100 commits back, unless given)",
    )
    .option(
      "--out <folder>",
      "where the histories of failures are written (a folder for temporary files unless given)",
    )
    .showHelpAfterError("See --help for all options.")
    .action(async (options: Partial<ProveCommand>) => {
      await run({
        seed: options.seed ?? now() % 1_000_000,
        seeds: options.seeds ?? (options.minutes === undefined ? 1 : undefined),
        minutes: options.minutes,
        against: options.against ?? "resound",
        simulate: options.simulate ?? false,
        mutants: options.mutants ?? false,
        scale: options.scale ?? false,
        joins: options.joins,
        publishes: options.publishes,
        channels: options.channels,
        shrink: options.shrink ?? false,
        plan: options.plan,
        history: options.history,
        faults: options.faults,
        out: options.out,
        before: options.before,
        reverb: options.reverb,
      });
    });
}

function wholeNumber(text: string): number {
  const number = Number(text);
  if (!Number.isSafeInteger(number) || number < 0) {
    throw new InvalidArgumentError("It must be a whole number from 0 on.");
  }
  return number;
}

function countOf(text: string): number {
  const number = wholeNumber(text);
  if (number === 0) throw new InvalidArgumentError("It must be a whole number from 1 on.");
  return number;
}

function aboveZero(text: string): number {
  const number = Number(text);
  if (!(number > 0) || !Number.isFinite(number)) {
    throw new InvalidArgumentError("It must be a number above 0.");
  }
  return number;
}

function listOf(text: string): readonly string[] {
  return text.split(",").map((each) => each.trim()).filter((each) => each !== "");
}
