import { PhpLimit } from "./php-config-error.ts";

/**
 * How much one configuration file may use. A real one stays far below every number here. A hostile or broken one MUST end quickly,
 * with an error that names the limit.
 */
export const limits = {
  /** Bytes of the file itself. */
  sourceBytes: 256 * 1024,
  /** Bytes of one string. */
  stringBytes: 1024 * 1024,
  /** Entries of one array, those of nested arrays included; 64 bytes of text count as one more. */
  arrayWeight: 100_000,
  /** Steps of the parser for each byte of the file. */
  parserSteps: 40,
  /** Expressions evaluated, plus the sizes of arguments and results of functions. */
  work: 2_000_000,
  /** Expressions and calls inside each other. */
  depth: 256,
} as const;

/** Throws a {@link PhpLimit} when a string of `bytes` bytes would be too long; MUST be called before the string is made. */
export function allowString(bytes: number): void {
  if (!(bytes <= limits.stringBytes)) {
    throw new PhpLimit(`a string is longer than ${limits.stringBytes} bytes`);
  }
}

/** Throws a {@link PhpLimit} when an array of `weight` entries would be too large; MUST be called before the array is made. */
export function allowArray(weight: number): void {
  if (!(weight <= limits.arrayWeight)) {
    throw new PhpLimit(`an array has more than ${limits.arrayWeight} entries`);
  }
}
