import { Command, CommanderError, InvalidArgumentError, Option } from "commander";
import type { LogFormat } from "../monitoring/log.ts";
import { ExitCode } from "./exit-code.ts";
import { start, type StartOptions } from "./start.ts";
import { versionText } from "./version.ts";

/** Runs the command that the arguments name and resolves with the exit code. Without a command, `start`. */
export async function runCommandLine(args: readonly string[]): Promise<ExitCode> {
  let code: ExitCode = ExitCode.ok;
  const program = new Command("resound")
    .description("A WebSocket server for Laravel broadcasting, in place of Laravel Reverb.")
    .version(versionText(), "-V, --version", "print the version")
    .helpOption("-h, --help", "print this help")
    .exitOverride();
  program.command("start", { isDefault: true })
    .description("start the server")
    .option("--host <address>", "address to listen on (REVERB_SERVER_HOST, default 0.0.0.0)")
    .option(
      "--port <number>",
      "port to listen on, 0 for any free one (REVERB_SERVER_PORT, default 8080)",
      portNumber,
    )
    .option("--path <prefix>", "prefix of every route (REVERB_SERVER_PATH)")
    .option("--hostname <name>", "public host name (REVERB_HOST)")
    .option("--debug", "show every message that passes through", false)
    .option("--laravel <folder>", "folder of the Laravel application (default: the current folder)")
    .option("--config <file>", "a .toml or .php file to read in place of the folder's own")
    .addOption(
      new Option("--log-format <format>", "how to print").choices(["text", "json"] satisfies LogFormat[])
        .default("text"),
    )
    .exitOverride()
    .showHelpAfterError("Run with --help to see every option.")
    .action(async (options: StartOptions) => {
      code = await start(options);
    });
  try {
    await program.parseAsync(args, { from: "user" });
    return code;
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    // Commander has printed the line; help and version end this way as well, with exit code 0.
    return error.exitCode === 0 ? ExitCode.ok : ExitCode.usage;
  }
}

function portNumber(text: string): string {
  if (!/^\d{1,5}$/.test(text) || Number(text) > 65535) {
    throw new InvalidArgumentError("Expected a number from 0 to 65535.");
  }
  return text;
}
