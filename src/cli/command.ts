import type { Command } from "commander";
import { ExitCode } from "../process/exit-code.ts";
import { onOutputFailure, writeError } from "../process/outputs.ts";

/** One command of the command line; `O` are its options as commander names them. */
export interface CommandDeclaration<O> {
  readonly name: string;
  /** Completes "resound NAME: …" in the list of commands. */
  readonly description: string;
  /** Whether it runs when the arguments name no command. */
  readonly isDefault?: boolean;
  /** The exit code for wrong arguments; 2 when left out. */
  readonly usageCode?: ExitCode;
  /** Whether it handles failures of its output itself. For other commands they are printed and the exit code is 1. */
  readonly watchesOutput?: boolean;
  /** Declares the options, and the arguments where it takes some. */
  readonly options: (command: Command) => Command;
  /** Does the work; `operands` are the arguments that are no options. MUST print what went wrong and resolve; what it throws is a defect. */
  readonly run: (options: O, operands: readonly string[]) => Promise<number>;
}

/** Adds a declared command to the program; `done` takes the exit code of its run, or of wrong arguments. */
export type AddCommand = (program: Command, done: (code: number) => void) => Command;

/** Declares a command; this is what a command's file exports and the table in command-line.ts lists. */
export function command<O>(
  { name, description, isDefault = false, usageCode, watchesOutput = false, options, run }:
    CommandDeclaration<O>,
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
    return added.action(async () => {
      let lost = false;
      if (!watchesOutput) {
        onOutputFailure((sentence) => {
          lost = true;
          writeError(`${sentence}\n`);
        });
      }
      const code = await run(added.opts() as O, added.args);
      // A failed write is reported in a later turn.
      await new Promise((resolve) => setImmediate(resolve));
      done(lost && code === ExitCode.ok ? ExitCode.failed : code);
    });
  };
}
