import { rm, stat } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { parseArgs } from "node:util";

/** What goes into the executable and where it goes. */
export interface BuildOptions {
  readonly entry: string;
  readonly outfile: string;
  readonly version: string;
  /** Short hash of the sources' commit, with `-dirty` behind it when they were changed since; `unknown` outside git. */
  readonly commit: string;
  /** A platform as Bun names it, `bun-linux-arm64`; the current one when left out. */
  readonly target?: Bun.Build.CompileTarget;
}

/**
 * Compiles the server into one executable and returns the executable's path. Throws an AggregateError with Bun's messages when
 * the sources do not build.
 *
 * The sources see the constants `RESOUND_VERSION` and `RESOUND_COMMIT`; both are undeclared when they run uncompiled.
 */
export async function build(options: BuildOptions): Promise<string> {
  const result = await Bun.build({
    entrypoints: [options.entry],
    compile: {
      outfile: options.outfile,
      ...(options.target === undefined ? {} : { target: options.target }),
      // The server reads .env itself, as Laravel does; a bunfig.toml in a Laravel folder is none of its business.
      autoloadDotenv: false,
      autoloadBunfig: false,
    },
    // Nearly all of the executable is the runtime: shorter identifiers would save nothing and cost the names in profiles.
    minify: { whitespace: true, syntax: true, identifiers: false },
    // Goes into the executable, so that a stack trace from production names files and lines of src/.
    sourcemap: "linked",
    define: {
      "process.env.NODE_ENV": `"production"`,
      RESOUND_VERSION: JSON.stringify(options.version),
      RESOUND_COMMIT: JSON.stringify(options.commit),
    },
  });
  const executable = result.outputs.find((output) => output.kind === "entry-point")?.path ?? options.outfile;
  // Bun leaves a second copy of the map beside the executable.
  await rm(`${options.outfile}.map`, { force: true });
  return executable;
}

async function git(root: string, ...args: string[]): Promise<string | undefined> {
  try {
    const process = Bun.spawn(["git", ...args], { cwd: root, stdout: "pipe", stderr: "ignore" });
    const text = await new Response(process.stdout).text();
    return await process.exited === 0 ? text.trim() : undefined;
  } catch {
    // git is not installed: the sources came as an archive.
    return undefined;
  }
}

async function commitOf(root: string): Promise<string> {
  const hash = await git(root, "rev-parse", "--short=12", "HEAD");
  if (hash === undefined) return "unknown";
  return await git(root, "status", "--porcelain", "--untracked-files=no") === "" ? hash : `${hash}-dirty`;
}

if (import.meta.main) {
  const root = dirname(import.meta.dir);
  const { values } = parseArgs({
    options: {
      target: { type: "string" },
      outfile: { type: "string", default: resolve(root, "dist/resound") },
      entry: { type: "string", default: resolve(root, "src/main.ts") },
    },
  });
  const { version } = await Bun.file(resolve(root, "package.json")).json() as { version: string };
  const commit = await commitOf(root);
  const executable = await build({
    entry: values.entry,
    outfile: resolve(values.outfile),
    version,
    commit,
    ...(values.target === undefined ? {} : { target: values.target as Bun.Build.CompileTarget }),
  });
  const { size } = await stat(executable);
  console.log(`${executable}  ${(size / 1e6).toFixed(1)} MB  resound ${version} (${commit})`);
}
