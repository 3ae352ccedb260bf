import type { PhpException } from "./php-value.ts";

/** An exception of PHP on its way to a `catch`. It carries the place where it was made once that is known. */
export class PhpThrow extends Error {
  override readonly name = "PhpThrow";
  readonly exception: PhpException;
  /** For the operator, where no `catch` takes it; a byte string. */
  readonly reason: string;
  place: { readonly file: string; readonly line: number } | undefined;

  constructor(exception: PhpException, reason: string = describe(exception)) {
    super(reason);
    this.exception = exception;
    this.reason = reason;
  }
}

/** An error that PHP itself throws, with the reason in our words. `message` is PHP's own text, where it is known. */
export function raise(className: string, reason: string, message?: string): PhpThrow {
  return new PhpThrow(
    { kind: "exception", class: className, message, code: 0n, previous: null },
    reason,
  );
}

/** The developer's own text: `RuntimeException: REVERB_APP_KEY is not set`. */
function describe({ class: name, message }: PhpException): string {
  return message === undefined || message === "" ? `${name} is thrown` : `${name}: ${message}`;
}
