import { errorCode, errorMessage, systemWords } from "../../failures/error-reason.ts";

/** Why a probe got no answer. */
export type ProbeFailure =
  | "unresolved"
  | "refused"
  | "unreachable"
  /** A Unix socket that this user may not use. */
  | "forbidden"
  /** No connection came about. */
  | "silent"
  /** There is a connection, and no answer on it. */
  | "hangs"
  | "closed"
  | "not_tls"
  | "wants_tls"
  | "wants_certificate"
  | "other";

/** A probe got no answer; the message says why and follows a colon. */
export class ProbeError extends Error {
  override readonly name = "ProbeError";
  readonly failure: ProbeFailure;

  constructor(failure: ProbeFailure, message: string, options?: ErrorOptions) {
    super(message, options);
    this.failure = failure;
  }
}

/** The message when the connection ended early, and when what came is not HTTP. */
export const NO_ANSWER = "the connection was closed without an answer";

const FAILURES: Readonly<Record<string, ProbeFailure>> = {
  ENOTFOUND: "unresolved",
  EAI_AGAIN: "unresolved",
  EAI_NODATA: "unresolved",
  EAI_NONAME: "unresolved",
  ECONNREFUSED: "refused",
  ENOENT: "refused",
  ENETUNREACH: "unreachable",
  EHOSTUNREACH: "unreachable",
  EADDRNOTAVAIL: "unreachable",
  ETIMEDOUT: "silent",
  ECONNRESET: "closed",
  EPIPE: "closed",
  EACCES: "forbidden",
};

/** Codes that mean something else for a client than for a server or a file. */
const CLIENT_WORDS: Readonly<Record<string, string>> = {
  ENOENT: "there is no such socket",
  EADDRNOTAVAIL: "the address cannot be reached",
};

/** The failure behind the error of a socket or of the HTTP client. */
export function probeError(error: unknown): ProbeError {
  if (error instanceof ProbeError) return error;
  const cause = { cause: error }, code = errorCode(error);
  const failure = FAILURES[code], words = CLIENT_WORDS[code] ?? systemWords(code);
  if (failure !== undefined && words !== undefined) return new ProbeError(failure, words, cause);
  // HPE_ is the prefix of the HTTP parser's own errors, on both runtimes.
  if (code.startsWith("HPE_") || code === "ERR_STREAM_PREMATURE_CLOSE") {
    return new ProbeError("closed", NO_ANSWER, cause);
  }
  // Both runtimes use these codes, with different messages.
  if (/WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG|HTTP_REQUEST/.test(code)) {
    return new ProbeError("not_tls", "what listens there does not speak TLS", cause);
  }
  if (/CERTIFICATE_REQUIRED/.test(code)) {
    return new ProbeError("wants_certificate", "it asks for a client certificate", cause);
  }
  return new ProbeError(
    "other",
    `the connection failed (${code === "" ? errorMessage(error) : code})`,
    cause,
  );
}
