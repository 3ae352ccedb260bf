import type { SeenCertificate } from "./probe/seen-certificate.ts";
import { type CheckLine, error, ok, warning } from "./check-line.ts";

const DAY = 86_400_000;
/** Days before its end; a certificate that renews itself has done so by then (Let's Encrypt: 30 days before). */
const SOON = 14;

/** Judges the certificate of the public host as browsers do. `now` is in milliseconds since 1970. */
export function checkCertificate(certificate: SeenCertificate, host: string, now: number): CheckLine {
  const { problem, names, issuer, validUntil } = certificate;
  const end = new Date(validUntil).toISOString().slice(0, 10);
  const days = Math.floor((validUntil - now) / DAY);
  const whose = `the certificate for ${names} by ${issuer}`;
  if (validUntil <= now || problem === "CERT_HAS_EXPIRED") {
    return error("certificate", `${whose} has expired on ${end}`, "Renew it and have the web server load it");
  }
  if (problem !== undefined) return problemLine(problem, whose, host);
  if (days < SOON) {
    return warning(
      "certificate",
      `${whose} ends on ${end}, in ${days} days`,
      "Renew it, and find out why that did not happen automatically",
    );
  }
  return ok("certificate", `${whose} is trusted here and valid until ${end} (${days} days)`);
}

function problemLine(problem: string, whose: string, host: string): CheckLine {
  switch (problem) {
    case "HOSTNAME_MISMATCH":
    case "ERR_TLS_CERT_ALTNAME_INVALID":
      return error(
        "certificate",
        `${whose} is not for ${host}`,
        `Install one for ${host}, or set REVERB_HOST to its name`,
      );
    case "UNABLE_TO_VERIFY_LEAF_SIGNATURE":
    case "UNABLE_TO_GET_ISSUER_CERT":
    case "UNABLE_TO_GET_ISSUER_CERT_LOCALLY":
    case "DEPTH_ZERO_SELF_SIGNED_CERT":
    case "SELF_SIGNED_CERT_IN_CHAIN":
      return untrusted(problem, whose, host);
    case "CERT_NOT_YET_VALID":
      return error(
        "certificate",
        `${whose} is not valid yet`,
        "Check this machine's clock, or wait for the certificate's first day",
      );
    default:
      return error(
        "certificate",
        `${whose} is refused (${problem})`,
        "Replace it by one that browsers accept",
      );
  }
}

/** Herd, Valet and mkcert sign for local names with an authority of their own, which the browser may trust and this process does not. */
function untrusted(problem: string, whose: string, host: string): CheckLine {
  const found = `${whose} comes from no authority that this machine trusts`;
  if (/(?:^|\.)(?:localhost|test|local)$/.test(host)) {
    return warning(
      "certificate",
      found,
      "For a local name it is enough that your browser trusts it (Herd and Valet see to that)",
    );
  }
  return problem.includes("SELF_SIGNED")
    ? error("certificate", found, "Use a certificate of a public authority such as Let's Encrypt")
    : error(
      "certificate",
      found,
      "Send the certificates between it and its authority too (fullchain.pem rather than cert.pem)",
    );
}
