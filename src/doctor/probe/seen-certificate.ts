import { checkServerIdentity, type PeerCertificate, type TLSSocket } from "node:tls";

/** A certificate as a client sees it. */
export interface SeenCertificate {
  /** Why a client refuses it, as OpenSSL names the reason (`CERT_HAS_EXPIRED`); `undefined` when it accepts it. */
  readonly problem: string | undefined;
  /** Who it is for: its alternative names, else its common name. */
  readonly names: string;
  readonly issuer: string;
  /** Milliseconds since 1970. */
  readonly validUntil: number;
}

/** What a finished handshake showed, for the name that was asked for. */
export function seenCertificate(socket: TLSSocket, name: string): SeenCertificate {
  const certificate = socket.getPeerCertificate();
  const untrusted = socket.authorized ? undefined : String(socket.authorizationError ?? "UNKNOWN");
  const misnamed = checkServerIdentity(name, certificate) === undefined ? undefined : "HOSTNAME_MISMATCH";
  return {
    problem: untrusted ?? misnamed,
    names: (certificate.subjectaltname ?? first(certificate.subject?.CN) ?? "no name").replaceAll(
      /DNS:|IP Address:/g,
      "",
    ),
    issuer: first(certificate.issuer?.O) ?? first(certificate.issuer?.CN) ?? "an unnamed authority",
    validUntil: Date.parse(certificate.valid_to),
  };
}

function first(name: PeerCertificate["subject"]["CN"] | undefined): string | undefined {
  return Array.isArray(name) ? name[0] : name;
}
