/** A Laravel configuration file that could not be evaluated. The message is written for the operator, with file and line. */
export class PhpConfigError extends Error {
  override readonly name = "PhpConfigError";
  /** The file as the operator would name it: `config/reverb.php`. */
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
