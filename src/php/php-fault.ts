/**
 * Something that PHP would refuse at run time, or that goes past one of our limits, thrown by code that does not know where in
 * the file it is working. The machine turns it into a {@link PhpConfigError} with the line of the innermost expression.
 */
export class PhpFault extends Error {
  override readonly name = "PhpFault";
}
