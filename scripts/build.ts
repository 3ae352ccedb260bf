import { stat } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { buildAll, type PlatformOutcome, SUMS_FILE } from "./build/build-all.ts";
import { commitOf } from "./build/commit.ts";
import { compile } from "./build/compile.ts";
import { PLATFORMS } from "./build/platforms.ts";

/** What every executable of one run has in common. */
interface Sources {
  readonly entry: string;
  readonly version: string;
  readonly commit: string;
}

const USAGE = `bun run build [--all] [--target PLATFORM] [--outfile FILE] [--entry FILE]

Without options it builds dist/resound for this platform.
  --all               one executable for every platform, and ${SUMS_FILE}, in the folder of --outfile
  --target PLATFORM   for another platform, as Bun names it: bun-linux-arm64
  --outfile FILE      the executable; dist/resound when left out
  --entry FILE        the module to compile; src/main.ts when left out`;

const megabytes = (size: number): string => `${(size / 1e6).toFixed(1)} MB`;

async function buildOne(
  sources: Sources,
  outfile: string,
  target: Bun.Build.CompileTarget | undefined,
): Promise<number> {
  const executable = await compile({ ...sources, outfile, ...(target === undefined ? {} : { target }) });
  const { size } = await stat(executable);
  console.log(`${executable}  ${megabytes(size)}  resound ${sources.version} (${sources.commit})`);
  return 0;
}

async function buildEverything(sources: Sources, directory: string): Promise<number> {
  console.log(`resound ${sources.version} (${sources.commit}) for ${PLATFORMS.length} platforms`);
  const outcomes = await buildAll({ ...sources, directory, platforms: PLATFORMS, report: printOutcome });
  const failed = outcomes.filter((outcome) => !outcome.built);
  console.log(`${outcomes.length - failed.length} built; their sums are in ${join(directory, SUMS_FILE)}`);
  if (failed.length === 0) return 0;
  console.error(`Not built: ${failed.map(({ name }) => name).join(", ")} (reasons above)`);
  return 1;
}

function printOutcome(outcome: PlatformOutcome): void {
  const name = outcome.name.padEnd(32);
  if (outcome.built) console.log(`${name}${megabytes(outcome.size).padStart(9)}  ${outcome.header}`);
  else console.error(`${name}   failed  ${outcome.reason}`);
}

if (import.meta.main) {
  const root = dirname(import.meta.dir);
  const { values } = parseArgs({
    options: {
      all: { type: "boolean", default: false },
      target: { type: "string" },
      outfile: { type: "string", default: resolve(root, "dist/resound") },
      entry: { type: "string", default: resolve(root, "src/main.ts") },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) {
    console.log(USAGE);
    process.exit();
  }
  const { version } = await Bun.file(resolve(root, "package.json")).json() as { version: string };
  const sources = { entry: values.entry, version, commit: await commitOf(root) };
  const outfile = resolve(values.outfile);
  process.exitCode = values.all
    ? await buildEverything(sources, dirname(outfile))
    : await buildOne(sources, outfile, values.target as Bun.Build.CompileTarget | undefined);
}
