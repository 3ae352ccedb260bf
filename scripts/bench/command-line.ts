import { parseArgs } from "node:util";

/** What `bun run bench` was asked to do. */
export interface BenchCommand {
  /** Names of scenarios; empty for all. */
  readonly scenarios: readonly string[];
  readonly pace: "quick" | "normal" | "full";
  /** How often the contenders take turns; `undefined` for what the pace says. */
  readonly pairs: number | undefined;
  /** Ids of contenders; empty for all. */
  readonly only: readonly string[];
  /** Lists scenarios and contenders and does nothing. */
  readonly list: boolean;
  /** Makes tables and charts of the results that are there and measures nothing. */
  readonly report: boolean;
  /** The folder for results; `undefined` for where such a run's results belong. */
  readonly out: string | undefined;
}

/** Reads the command line. Throws an error whose message says what is wrong with it. */
export function readCommandLine(
  args: readonly string[],
  known: { readonly scenarios: readonly string[]; readonly contenders: readonly string[] },
): BenchCommand {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      quick: { type: "boolean", default: false },
      full: { type: "boolean", default: false },
      list: { type: "boolean", default: false },
      report: { type: "boolean", default: false },
      pairs: { type: "string" },
      only: { type: "string", multiple: true, default: [] },
      out: { type: "string" },
    },
  });
  if (values.quick && values.full) throw new Error("--quick and --full exclude each other");
  const only = values.only.flatMap((ids) => ids.split(",")).filter((id) => id !== "");
  mustBeKnown("scenario", positionals, known.scenarios);
  mustBeKnown("contender", only, known.contenders);
  const pairs = values.pairs === undefined ? undefined : Number(values.pairs);
  if (pairs !== undefined && !(Number.isInteger(pairs) && pairs > 0)) {
    throw new Error(`--pairs ${values.pairs}: expected a number from 1`);
  }
  return {
    scenarios: positionals,
    pace: values.quick ? "quick" : values.full ? "full" : "normal",
    pairs,
    only,
    list: values.list,
    report: values.report,
    out: values.out,
  };
}

function mustBeKnown(what: string, names: readonly string[], known: readonly string[]): void {
  const unknown = names.filter((name) => !known.includes(name));
  if (unknown.length > 0) {
    throw new Error(`There is no ${what} ${unknown.join(", ")}; there are ${known.join(", ")}`);
  }
}
