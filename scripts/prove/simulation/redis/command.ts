import type { Keyspace } from "./keyspace.ts";
import { RedisError, type Reply } from "./reply.ts";

/** A command over the keys, as a simulated Redis runs it. */
export interface Command {
  readonly run: (keys: Keyspace, args: readonly string[]) => Reply;
  /** Whether Redis refuses it when it has no memory left. */
  readonly needsMemory?: boolean;
  readonly writes?: boolean;
}

/** A list of commands, by their names in capitals. */
export type Commands = Readonly<Record<string, Command>>;

/** A command that only reads. */
export function reading(run: Command["run"]): Command {
  return { run };
}

/** One that needs no memory, though it changes something. */
export function removing(run: Command["run"]): Command {
  return { run, writes: true };
}

/** One that needs memory. */
export function writing(run: Command["run"]): Command {
  return { run, writes: true, needsMemory: true };
}

/** Reads a whole number, of as many digits as a version of presence has (16). Throws as Redis does where it is none. */
export function wholeNumber(text: string | undefined, what = "value"): number {
  if (text === undefined || !/^-?\d{1,16}$/.test(text) || !Number.isSafeInteger(Number(text))) {
    throw new RedisError(`ERR ${what} is not an integer or out of range`);
  }
  return Number(text);
}

/** The argument at a place. Throws where there are too few. */
export function argument(args: readonly string[], index: number): string {
  const value = args[index];
  if (value === undefined) throw new RedisError("ERR wrong number of arguments");
  return value;
}
