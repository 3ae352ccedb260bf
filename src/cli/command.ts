import type { Command } from "commander";
import type { ExitCode } from "../process/exit-code.ts";

/** One command of the command line; `O` are its options as commander names them. */
export interface CommandDeclaration<O> {
  readonly name: string;
  /** Completes "resound NAME: …" in the list of commands. */
  readonly description: string;
  /** Whether it runs when the arguments name no command. */
  readonly isDefault?: boolean;
  /** The exit code for wrong arguments; 2 when left out. */
  readonly usageCode?: ExitCode;
  /** Declares the options, and the arguments where it takes some. */
  readonly options: (command: Command) => Command;
  /** Does the work; `operands` are the arguments that are no options. MUST print what went wrong and resolve; what it throws is a defect. */
  readonly run: (options: O, operands: readonly string[]) => Promise<ExitCode>;
}

/** Adds a declared command to the program; `done` takes the exit code of its run, or of wrong arguments. */
export type AddCommand = (program: Command, done: (code: ExitCode) => void) => Command;

/** Declares a command; this is what a command's file exports and the table in command-line.ts lists. */
export function command<O>(
  { name, description, isDefault = false, usageCode, options, run }: CommandDeclaration<O>,
): AddCommand {
  return (program, done) => {
    const added = options(program.command(name, { isDefault }).description(description));
    if (usageCode !== undefined) {
      added.exitOverride((error) => {
        // The help ends a command this way as well, with 0.
        if (error.exitCode !== 0) done(usageCode);
        throw error;
      });
    }
    return added.action(async () => done(await run(added.opts() as O, added.args)));
  };
}
