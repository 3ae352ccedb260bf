// `bun run bench --help` says how it is used.
import { accessSync, constants, mkdirSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { readCommandLine } from "./command-line.ts";
import { allContenders, twoBuilds } from "./contenders/all.ts";
import { machineFacts } from "./machine/facts.ts";
import { CLIENT_CORE, pin } from "./machine/pinned.ts";
import { prepareContenders } from "./prepare-contenders.ts";
import { ProgressLine } from "./progress-line.ts";
import { LEGEND } from "./report/page.ts";
import { outdatedResults } from "./report/read-results.ts";
import type { MachineFacts } from "./report/result.ts";
import { resultText, targetsText } from "./report/terminal.ts";
import { writeReport } from "./report/write-report.ts";
import { type Entrant, runScenario } from "./run-scenario.ts";
import type { Scenario } from "./scenario.ts";
import { SCENARIOS } from "./scenarios/all.ts";
import type { Pace } from "./stage.ts";
import { hintText, listText, usageText } from "./usage.ts";

const ROOT = resolve(import.meta.dir, "../..");
/** Where the results are that README.md shows. */
const PUBLISHED = join(ROOT, "docs/benchmarks");
const PACES: Readonly<Record<Pace["name"], Pace>> = {
  quick: { name: "quick", runFor: 250, warmUp: 800, pairs: 3 },
  normal: { name: "normal", runFor: 350, warmUp: 1000, pairs: 5 },
  full: { name: "full", runFor: 600, warmUp: 2000, pairs: 7 },
};

// Ctrl-C must not leave servers behind; what is noted is cleared away when this process exits (leftovers.ts).
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => process.exit(130));

process.exitCode = await main();

async function main(): Promise<number> {
  let command;
  try {
    command = readCommandLine(process.argv.slice(2), {
      scenarios: SCENARIOS.map(({ name }) => name),
      contenders: allContenders().map(({ id }) => id),
    });
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error));
    console.error(hintText(SCENARIOS));
    return 2;
  }
  if (command.help || command.list) {
    console.log(command.help ? usageText(SCENARIOS) : listText(SCENARIOS, allContenders()));
    return 0;
  }
  const pace = PACES[command.pace];
  const isWhole = command.report ||
    (command.against === undefined && command.pace !== "quick" && command.only.length === 0 &&
      (command.pairs ?? pace.pairs) >= pace.pairs);
  const folder = resolve(
    command.out ??
      (isWhole ? PUBLISHED : join(ROOT, command.against === undefined ? "dist/bench" : "dist/bench/against")),
  );
  if (command.report) return report(folder);
  if (process.platform !== "linux") {
    console.error("The benchmark reads CPU time and memory as Linux tells them: it runs on Linux only.");
    return 2;
  }
  // Before anything is built or measured.
  const refusal = folderRefusal(folder);
  if (refusal !== undefined) {
    console.error(`The results cannot be written to ${folder}: ${refusal}. --out DIR names another folder.`);
    return 2;
  }
  pin(process.pid, CLIENT_CORE);

  const facts = await machineFacts(ROOT, new Date());
  console.log(
    `${facts.processor} × ${facts.processors}, ${facts.system}, Bun ${Bun.version}, commit ${facts.commit}`,
  );
  if (!facts.pinned) {
    console.log("Nothing is bound to a processor here: there is no taskset, or only one processor.");
  }
  if (command.against !== undefined && (command.sockudo ?? command.reverb) !== undefined) {
    console.log("--against compares two builds of this server: --sockudo and --reverb are not measured.");
  }
  const kinds = command.against === undefined ? allContenders(command) : twoBuilds(command.against);
  const entrants = await prepareContenders(named(command.only, kinds, ({ id }) => id), console.log);
  const missing = entrants.filter(({ problem }) => problem !== undefined).length;
  if (missing === entrants.length || (command.against !== undefined && missing > 0)) {
    console.error("Nothing was measured, for the reasons above.");
    return 1;
  }
  console.log(`\n${LEGEND}`);
  const scenarios = named(command.scenarios, SCENARIOS, ({ name }) => name);
  const pairs = command.pairs ?? pace.pairs;
  const failures = await measure(scenarios, entrants, { pace, pairs, facts, folder });
  if (command.against === undefined) report(folder);
  return failures === 0 ? 0 : 1;
}

/** Those that were named, all where none was. */
function named<T>(names: readonly string[], all: readonly T[], nameOf: (each: T) => string): readonly T[] {
  return all.filter((each) => names.length === 0 || names.includes(nameOf(each)));
}

/** Makes a folder where there is none. Returns why nothing can be written there. */
function folderRefusal(folder: string): string | undefined {
  try {
    mkdirSync(folder, { recursive: true });
    accessSync(folder, constants.W_OK);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** Measures scenario by scenario, each with its results printed and in a file. Returns how many contenders have failed. */
async function measure(
  scenarios: readonly Scenario[],
  entrants: readonly Entrant[],
  { pace, pairs, facts, folder }: {
    readonly pace: Pace;
    readonly pairs: number;
    readonly facts: Omit<MachineFacts, "otherWork">;
    readonly folder: string;
  },
): Promise<number> {
  const line = new ProgressLine();
  let failures = 0;
  for (const [index, scenario] of scenarios.entries()) {
    console.log(`\n${scenario.name}: ${scenario.measures}`);
    const where = `${index + 1} of ${scenarios.length}, ${scenario.name}`;
    const result = await runScenario(scenario, entrants, {
      pace,
      pairs,
      facts,
      progress: ({ round, contender, doing }) =>
        line.show(`${where} ${round === 0 ? "calibration" : `${round}/${pairs}`}`, contender, doing),
    });
    line.clear();
    console.log(resultText(result));
    failures += result.contenders.filter(({ problem }) => problem?.kind === "failed").length;
    writeFileSync(join(folder, `${scenario.name}.json`), `${JSON.stringify(result, null, 1)}\n`);
  }
  return failures;
}

/** Writes the page and the charts of all results in a folder; those that are published stand in README.md as well. */
function report(folder: string): number {
  const scenarios = SCENARIOS.map(({ name }) => name);
  try {
    for (const name of outdatedResults(folder, scenarios)) {
      console.log(
        `${name}.json is of another version of the benchmark and left out: bun run bench ${name} measures anew.`,
      );
    }
    const checks = writeReport({
      folder,
      scenarios,
      ...(folder === PUBLISHED ? { readme: join(ROOT, "README.md") } : {}),
    });
    console.log(targetsText(checks));
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error));
    return 1;
  }
  console.log(`\nWritten to ${folder}`);
  return 0;
}
