import { join } from "node:path";

/** What PHP makes of programs, each the statements of a config file. Throws when PHP ends without an answer. */
export function runPrograms(
  programs: readonly string[],
  vendor: string,
  env: Readonly<Record<string, string>> = {},
): readonly unknown[] {
  const command = ["php", "-d", "display_errors=0", join(import.meta.dir, "run-programs.php"), vendor];
  const { stdout, stderr, exitCode } = Bun.spawnSync(command, {
    stdin: Buffer.from(JSON.stringify(programs)),
    env: { PATH: process.env["PATH"] ?? "", ...env },
  });
  if (exitCode !== 0) throw new Error(`PHP ended with ${exitCode}: ${stdout.toString()}${stderr.toString()}`);
  return JSON.parse(stdout.toString()) as unknown[];
}
