// `bun run bench --help` says how it is used.
import { mkdirSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { readCommandLine } from "./command-line.ts";
import { allContenders, twoBuilds } from "./contenders/all.ts";
import type { ContenderKind } from "./contenders/contender.ts";
import { machineFacts } from "./machine/facts.ts";
import { CLIENT_CORE, pin } from "./machine/pinned.ts";
import { ProgressLine } from "./progress-line.ts";
import { LEGEND } from "./report/page.ts";
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
  pin(process.pid, CLIENT_CORE);

  const facts = await machineFacts(ROOT, new Date());
  console.log(
    `${facts.processor} × ${facts.processors}, ${facts.system}, Bun ${Bun.version}, commit ${facts.commit}`,
  );
  if (!facts.pinned) {
    console.log("Nothing is bound to a processor here: there is no taskset, or only one processor.");
  }
  const kinds = command.against === undefined ? allContenders(command) : twoBuilds(command.against);
  const entrants = await prepare(named(command.only, kinds, ({ id }) => id));
  if (command.against !== undefined && entrants.some(({ problem }) => problem !== undefined)) return 1;
  console.log(`\n${LEGEND}`);
  const scenarios = named(command.scenarios, SCENARIOS, ({ name }) => name);
  mkdirSync(folder, { recursive: true });
  const pairs = command.pairs ?? pace.pairs;
  const failures = await measure(scenarios, entrants, { pace, pairs, facts, folder });
  if (command.against === undefined) report(folder);
  return failures === 0 ? 0 : 1;
}

/** Those that were named, all where none was. */
function named<T>(names: readonly string[], all: readonly T[], nameOf: (each: T) => string): readonly T[] {
  return all.filter((each) => names.length === 0 || names.includes(nameOf(each)));
}

/** Makes contenders ready, and says which version each is or why it cannot be had. */
async function prepare(kinds: readonly ContenderKind[]): Promise<Entrant[]> {
  const entrants: Entrant[] = [];
  for (const kind of kinds) {
    const found = await kind.prepare();
    entrants.push(
      found.kind === "ready"
        ? { kind, version: found.version }
        : { kind, version: "", problem: found.reason },
    );
    console.log(
      `${kind.id.padEnd(8)} ${found.kind === "ready" ? found.version : `could not start: ${found.reason}`}`,
    );
  }
  return entrants;
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
  try {
    const checks = writeReport({
      folder,
      scenarios: SCENARIOS.map(({ name }) => name),
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
