/** A Laravel configuration file cannot be evaluated. The message is for the operator, with file and line. */
export class PhpConfigError extends Error {
  override readonly name = "PhpConfigError";
  /** Name of the file for messages: `config/reverb.php`. */
  readonly file: string;
  /** Line in the file, from 1. */
  readonly line: number;
  /** Why, without file and line: `call to "config()" is not supported`. */
  readonly reason: string;

  constructor(file: string, line: number, reason: string, cause?: unknown) {
    super(`Cannot read ${file}:${line}: ${reason}`, { cause });
    this.file = file;
    this.line = line;
    this.reason = reason;
  }
}

/**
 * PHP would refuse this at run time, or it goes past one of our limits. Thrown by code that does not know the line in the file; the
 * machine makes a {@link PhpConfigError} of it, with the line of the innermost expression. Its message is a byte string, as all strings
 * of the evaluation are.
 */
export class PhpFault extends Error {
  override readonly name = "PhpFault";
}
