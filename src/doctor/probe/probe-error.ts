/** Why a probe got no answer. */
export type ProbeFailure =
  | "unresolved"
  | "refused"
  | "unreachable"
  | "silent"
  | "closed"
  | "not_tls"
  | "wants_tls"
  | "wants_certificate"
  | "other";

/** A probe got no answer; the message completes "… : ". */
export class ProbeError extends Error {
  override readonly name = "ProbeError";
  readonly failure: ProbeFailure;

  constructor(failure: ProbeFailure, message: string, options?: ErrorOptions) {
    super(message, options);
    this.failure = failure;
  }
}

/** Also said of bytes that are no HTTP: what sent them has not answered. */
export const NO_ANSWER = "the connection was closed without an answer";

const failures: Readonly<Record<string, readonly [ProbeFailure, string]>> = {
  ENOTFOUND: ["unresolved", "the name is not known here"],
  EAI_AGAIN: ["unresolved", "the name cannot be looked up now"],
  EAI_NODATA: ["unresolved", "the name has no address"],
  EAI_NONAME: ["unresolved", "the name is not known here"],
  ECONNREFUSED: ["refused", "nobody listens there"],
  ENOENT: ["refused", "there is no such socket"],
  ENETUNREACH: ["unreachable", "the network cannot be reached"],
  EHOSTUNREACH: ["unreachable", "the machine cannot be reached"],
  EADDRNOTAVAIL: ["unreachable", "the address cannot be reached"],
  ETIMEDOUT: ["silent", "no answer came"],
  ECONNRESET: ["closed", NO_ANSWER],
  EPIPE: ["closed", NO_ANSWER],
  ERR_STREAM_PREMATURE_CLOSE: ["closed", NO_ANSWER],
  EACCES: ["other", "permission denied"],
};

/** The failure behind what a socket reported. */
export function probeError(error: unknown): ProbeError {
  if (error instanceof ProbeError) return error;
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  const known = failures[code];
  if (known !== undefined) return new ProbeError(...known, { cause: error });
  // What came is no answer over HTTP (the parser that both runtimes use names its errors so).
  if (code.startsWith("HPE_")) return new ProbeError("closed", NO_ANSWER, { cause: error });
  // Both runtimes use these names, with different messages.
  if (/WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG|HTTP_REQUEST/.test(code)) {
    return new ProbeError("not_tls", "what listens there does not speak TLS", { cause: error });
  }
  if (/CERTIFICATE_REQUIRED/.test(code)) {
    return new ProbeError("wants_certificate", "it asks for a client certificate", { cause: error });
  }
  const text = code === "" ? (error instanceof Error ? error.message : String(error)) : code;
  return new ProbeError("other", `the connection failed (${text})`, { cause: error });
}
