/**
 * Why a file, or a part of it, has no value: it is no PHP (`syntax`), something in it is not evaluated here (`unsupported`), PHP itself
 * throws there (`thrown`), or it goes past one of our limits (`limit`).
 */
export type PhpErrorKind = "syntax" | "unsupported" | "thrown" | "limit";

/** A Laravel configuration file, or an entry of it, cannot be evaluated. The message is for the operator, with file and line. */
export class PhpConfigError extends Error {
  override readonly name = "PhpConfigError";
  /** Name of the file for messages: `config/reverb.php`. */
  readonly file: string;
  /** Line in the file, from 1. */
  readonly line: number;
  readonly kind: PhpErrorKind;
  /** Why, without file and line: `call to "url()" is not supported`. */
  readonly reason: string;

  constructor(file: string, line: number, kind: PhpErrorKind, reason: string, cause?: unknown) {
    super(`${kind === "syntax" || kind === "limit" ? "Cannot read " : ""}${file}:${line}: ${reason}`, {
      cause,
    });
    this.file = file;
    this.line = line;
    this.kind = kind;
    this.reason = reason;
  }
}

/**
 * Something that is not evaluated here. Thrown by code that does not know the line in the file; the machine makes a
 * {@link PhpConfigError} of it, with the line of the innermost expression. Its message is a byte string, as all strings of the
 * evaluation are.
 */
export class PhpFault extends Error {
  override readonly name: string = "PhpFault";
}

/** The evaluation goes past one of our limits, and the whole file is refused. */
export class PhpLimit extends PhpFault {
  override readonly name = "PhpLimit";
}
