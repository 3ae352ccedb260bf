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
  /** Says how the command is written, and does nothing. */
  readonly help: boolean;
  /** Lists scenarios and contenders and does nothing. */
  readonly list: boolean;
  /** Makes tables and charts of the results that are there and measures nothing. */
  readonly report: boolean;
  /** The commit that the sources as they stand are compared with, in any form that git reads. */
  readonly against: string | undefined;
  /** sockudo's executable. */
  readonly sockudo: string | undefined;
  /** A Laravel application with laravel/reverb. */
  readonly reverb: string | undefined;
  /** The folder for results; `undefined` for where such a run's results belong. */
  readonly out: string | undefined;
}

/** Reads the command line. Throws an error whose message says what is wrong with it. */
export function readCommandLine(
  args: readonly string[],
  known: { readonly scenarios: readonly string[]; readonly contenders: readonly string[] },
): BenchCommand {
  const { values, positionals } = parsed(args);
  for (const [name, value] of Object.entries(values)) {
    if ([value].flat().includes("")) throw new Error(`--${name} needs a value`);
  }
  if (values.quick && values.full) throw new Error("--quick and --full exclude each other");
  const only = values.only.flatMap((ids) => ids.split(",")).filter((id) => id !== "");
  if (values.against !== undefined && only.length > 0) {
    throw new Error("--against compares two builds of this server: --only does not go with it");
  }
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
    help: values.help,
    list: values.list,
    report: values.report,
    against: values.against,
    sockudo: values.sockudo,
    reverb: values.reverb,
    out: values.out,
  };
}

/** Throws with one sentence, where Node.js has several for an option that does not exist. */
function parsed(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        quick: { type: "boolean", default: false },
        full: { type: "boolean", default: false },
        help: { type: "boolean", short: "h", default: false },
        list: { type: "boolean", default: false },
        report: { type: "boolean", default: false },
        pairs: { type: "string" },
        only: { type: "string", multiple: true, default: [] },
        against: { type: "string" },
        sockudo: { type: "string" },
        reverb: { type: "string" },
        out: { type: "string" },
      },
    });
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const unknown = /^Unknown option '([^']+)'/.exec(message)?.[1];
    if (unknown !== undefined) throw new Error(`There is no option ${unknown}`);
    const ambiguous = /^Option '([^']+)' argument is ambiguous/.exec(message)?.[1];
    throw new Error(
      ambiguous === undefined
        ? message
        : `${ambiguous} needs a value; one that begins with a dash is written ${ambiguous}=-…`,
    );
  }
}

function mustBeKnown(what: string, names: readonly string[], known: readonly string[]): void {
  const unknown = names.filter((name) => !known.includes(name));
  if (unknown.length > 0) {
    throw new Error(`There is no ${what} ${unknown.join(", ")}; there are ${known.join(", ")}`);
  }
}
