import { type CheckLine, error, ok, warning } from "./check-line.ts";

/** The result of reading the server's own certificates. */
export interface LocalCertificates {
  /** Which certificate is used, or why none is; `undefined` when the configuration asks for none. */
  readonly line: string | undefined;
  readonly warnings: readonly string[];
  /** Why the server would not start. */
  readonly errors: readonly string[];
}

/** The certificates that the server itself would use (`options.tls`, Herd, Valet), whether it runs or not. */
export function* checkLocalCertificates({ line, warnings, errors }: LocalCertificates): Generator<CheckLine> {
  const subject = "certificate";
  for (const message of errors) {
    yield error(subject, sentence(message), "Correct options.tls, or renew the files");
  }
  for (const message of warnings) {
    yield warning(subject, sentence(message), "Look at options.tls and the host name");
  }
  if (line !== undefined) yield ok(subject, sentence(line));
}

/** Without its full stop, which the report adds. */
function sentence(text: string): string {
  return text.replace(/\.$/, "");
}
