import { type CheckLine, error, ok, warning } from "./check-line.ts";

/** What reading the server's own certificates showed. */
export interface LocalCertificates {
  /** Which certificate, or why none; `undefined` when nobody has asked for any. */
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

/** The report puts the full stops itself. */
function sentence(text: string): string {
  return text.replace(/\.$/, "");
}
