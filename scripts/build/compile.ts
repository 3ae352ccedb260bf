import { rm } from "node:fs/promises";

/** What goes into the executable and where it goes. */
export interface CompileOptions {
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
 * the sources do not build, and an Error when the runtime of another platform cannot be downloaded.
 *
 * The sources see the constants `RESOUND_VERSION` and `RESOUND_COMMIT`; both are undeclared when they run uncompiled.
 */
export async function compile(options: CompileOptions): Promise<string> {
  const result = await Bun.build({
    entrypoints: [options.entry],
    compile: {
      outfile: options.outfile,
      ...(options.target === undefined ? {} : { target: options.target }),
      // The server reads .env itself, as Laravel does; a bunfig.toml in a Laravel folder is not meant for it.
      autoloadDotenv: false,
      autoloadBunfig: false,
    },
    // Nearly all of the executable is the runtime: shorter identifiers would save nothing and cost the names in profiles.
    minify: { whitespace: true, syntax: true, identifiers: false },
    // Compiled beforehand, the sources need not be parsed at each start: it takes 44 ms of CPU in place of 103, for 6 MB.
    bytecode: true,
    format: "esm",
    // Goes into the executable, so that a stack trace from production names files and lines of src/.
    sourcemap: "linked",
    define: {
      "process.env.NODE_ENV": `"production"`,
      RESOUND_VERSION: JSON.stringify(options.version),
      RESOUND_COMMIT: JSON.stringify(options.commit),
    },
  });
  const executable = result.outputs.find((output) => output.kind === "entry-point")?.path ?? options.outfile;
  // Bun leaves a second copy of the map beside the executable, named without the `.exe` of one for Windows.
  await rm(`${options.outfile.replace(/\.exe$/, "")}.map`, { force: true });
  return executable;
}
