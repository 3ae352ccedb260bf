import { rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { compile, type CompileOptions } from "./compile.ts";
import { HEADER_BYTES, readExecutableHeader } from "./read-executable-header.ts";
import { describeHeader, headerProblem, type Platform } from "./platforms.ts";

/** What became of one platform's executable. */
export type PlatformOutcome =
  | { readonly built: true; readonly name: string; readonly size: number; readonly header: string }
  | { readonly built: false; readonly name: string; readonly reason: string };

/** What all executables have in common. */
export interface BuildAllOptions extends Pick<CompileOptions, "entry" | "version" | "commit"> {
  readonly directory: string;
  readonly platforms: readonly Platform[];
  /** Called with each outcome as it comes. */
  readonly report: (outcome: PlatformOutcome) => void;
}

/** Name of the file with the sums, as `sha256sum --check` reads it. */
export const SUMS_FILE = "SHA256SUMS";

/**
 * Builds one executable for every platform, one after the other, and writes the sums of those that were built. One that cannot
 * be built, or whose header is another platform's, leaves no file; the others stay.
 */
export async function buildAll(options: BuildAllOptions): Promise<readonly PlatformOutcome[]> {
  const outcomes: PlatformOutcome[] = [];
  for (const platform of options.platforms) {
    const outfile = join(options.directory, platform.name);
    // What an earlier run has left must not stand beside sums that do not name it.
    await rm(outfile, { force: true });
    const outcome = await buildPlatform(platform, outfile, options);
    if (!outcome.built) await rm(outfile, { force: true });
    options.report(outcome);
    outcomes.push(outcome);
  }
  const built = outcomes.filter((outcome) => outcome.built).map(({ name }) => name);
  await Bun.write(join(options.directory, SUMS_FILE), await sumsOf(options.directory, built));
  return outcomes;
}

async function buildPlatform(
  { name, target, header: expected }: Platform,
  outfile: string,
  { entry, version, commit }: BuildAllOptions,
): Promise<PlatformOutcome> {
  try {
    await compile({ entry, outfile, version, commit, target });
    const found = readExecutableHeader(await firstBytes(outfile));
    const problem = headerProblem(expected, found);
    if (problem !== undefined) return { built: false, name, reason: problem };
    return { built: true, name, size: (await stat(outfile)).size, header: describeHeader(found) };
  } catch (error) {
    return { built: false, name, reason: reasonOf(error) };
  }
}

async function firstBytes(path: string): Promise<Uint8Array> {
  return new Uint8Array(await Bun.file(path).slice(0, HEADER_BYTES).arrayBuffer());
}

function reasonOf(error: unknown): string {
  const errors: readonly unknown[] = error instanceof AggregateError ? error.errors : [error];
  return errors.map((each) => each instanceof Error ? each.message : String(each)).join("; ");
}

/** The sums of these files, one a line, by name. */
export async function sumsOf(directory: string, names: readonly string[]): Promise<string> {
  let text = "";
  for (const name of [...names].sort()) {
    const hasher = new Bun.CryptoHasher("sha256");
    for await (const chunk of Bun.file(join(directory, name)).stream()) hasher.update(chunk);
    text += `${hasher.digest("hex")}  ${name}\n`;
  }
  return text;
}
