import type { ContenderKind } from "./contenders/contender.ts";
import type { Scenario } from "./scenario.ts";

const OPTIONS = `bun run bench [scenario …] [options]

Measures all scenarios, or those that are named, with every contender in turn.
  --quick, --full     fewer or more rounds and cases than else
  --pairs N           how often the contenders take turns
  --only ID,…         these contenders alone
  --against REF       this server as the sources stand, and built from another commit, in pairs
  --sockudo PATH      sockudo's executable, to be measured too
  --reverb DIR        a Laravel application with laravel/reverb; when left out, Composer fetches one
  --out DIR           where the results go; of a whole run docs/benchmarks, else dist/bench
  --report            makes the page and the charts of results that are there, and measures nothing
  --list              lists scenarios and contenders
  --help              this text`;

/** How the command is written, and all scenarios with what they measure. */
export function usageText(scenarios: readonly Pick<Scenario, "name" | "measures">[]): string {
  return `${OPTIONS}\n\n${scenarioList(scenarios)}`;
}

/** What stands under an error in the command line: the scenarios, and where the options are. */
export function hintText(scenarios: readonly Pick<Scenario, "name" | "measures">[]): string {
  return `\n${scenarioList(scenarios)}\n\n\`bun run bench --help\` has the options.`;
}

/** All that can be named: scenarios and contenders. */
export function listText(
  scenarios: readonly Pick<Scenario, "name" | "measures">[],
  contenders: readonly Pick<ContenderKind, "id" | "name">[],
): string {
  return `${scenarioList(scenarios)}\n\nContenders:\n${
    contenders.map(({ id, name }) => line(id, name)).join("\n")
  }`;
}

function scenarioList(scenarios: readonly Pick<Scenario, "name" | "measures">[]): string {
  return `Scenarios:\n${scenarios.map(({ name, measures }) => line(name, measures)).join("\n")}`;
}

function line(name: string, text: string): string {
  return `  ${name.padEnd(16)} ${text}`;
}
