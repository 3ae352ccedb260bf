import { Command, CommanderError } from "commander";
import { closestName } from "../config/kinds/closest-name.ts";
import { commands } from "./commands.ts";
import { ExitCode } from "../process/exit-code.ts";
import { versionText } from "../process/version.ts";

/** Runs the command that the arguments name and resolves with the exit code. Without a command, `start`. */
export async function runCommandLine(args: readonly string[]): Promise<number> {
  let code: number | undefined;
  const program = new Command("resound")
    .description("A WebSocket server for Laravel broadcasting, in place of Laravel Reverb.")
    .version(versionText(), "-V, --version", "print the version")
    .helpOption("-h, --help", "print this help")
    .showHelpAfterError("Run with --help to see every option.")
    .exitOverride();
  for (const add of commands) add(program, (ended) => code = ended);
  try {
    refuseUnknownCommand(program, args[0]);
    await program.parseAsync(args, { from: "user" });
    return code ?? ExitCode.ok;
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    // Commander has printed the line; help and version end this way as well, with exit code 0.
    return error.exitCode === 0 ? ExitCode.ok : code ?? ExitCode.usage;
  }
}

/** Left to itself, commander would call a misspelt command an argument too many of the default one. */
function refuseUnknownCommand(program: Command, word: string | undefined): void {
  if (word === undefined || word.startsWith("-")) return;
  const names = [...program.commands.map((each) => each.name()), "help"];
  if (names.includes(word)) return;
  // `webhooks` alone is the beginning of `webhooks:test`.
  const closest = closestName(word, names) ?? names.find((name) => name.startsWith(`${word}:`));
  const hint = closest === undefined ? "" : `\n(Did you mean ${closest}?)`;
  program.error(`error: unknown command '${word}'${hint}`);
}
