import { errorCode, systemWords } from "../failures/error-reason.ts";

/** Words for faults that are not the system's, or that need others here. */
const WORDS: Readonly<Record<string, string>> = {
  ECONNRESET: "the connection was closed before the answer was whole",
  FailedToOpenSocket: "the host has no address that can be reached",
  EPROTO: "what answers there does not speak https",
  CERT_HAS_EXPIRED: "its certificate has expired",
  DEPTH_ZERO_SELF_SIGNED_CERT: "its certificate is self-signed, so no authority has signed it",
  SELF_SIGNED_CERT_IN_CHAIN: "its certificate comes from an authority that is not known here",
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: "its certificate comes from an authority that is not known here",
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: "its certificate comes from an authority that is not known here",
  ERR_TLS_CERT_ALTNAME_INVALID: "its certificate is for another host name",
};

/** The runtimes' own codes, each with the code that stands for it here. */
const SAME: Readonly<Record<string, string>> = {
  ConnectionRefused: "ECONNREFUSED",
  ConnectionClosed: "ECONNRESET",
  UND_ERR_SOCKET: "ECONNRESET",
  ERR_SSL_WRONG_VERSION_NUMBER: "EPROTO",
};

/** Phrases in the messages of a runtime whose errors have no codes, each with the code for it. */
const PHRASES: readonly (readonly [RegExp, string])[] = [
  [/connection refused/i, "ECONNREFUSED"],
  [
    /connection reset|before message completed|connection closed|unexpected (?:end of file|eof)|socket (?:connection )?was closed/i,
    "ECONNRESET",
  ],
  [/failed to lookup|no such host|name or service not known|dns error/i, "ENOTFOUND"],
  [/NotValidForName|not valid for name|altname/i, "ERR_TLS_CERT_ALTNAME_INVALID"],
  [/UnknownIssuer|unable to verify/i, "UNABLE_TO_VERIFY_LEAF_SIGNATURE"],
  [/CaUsedAsEndEntity/i, "DEPTH_ZERO_SELF_SIGNED_CERT"],
  [/certificate.*expired|\bExpired\b/i, "CERT_HAS_EXPIRED"],
  [/InvalidContentType|wrong version number/i, "EPROTO"],
  [/unreachable/i, "EHOSTUNREACH"],
];

/** The code of a network fault, one for both runtimes; `undefined` when the fault is not a known one. */
export function networkCode(error: unknown): string | undefined {
  for (let each = error, depth = 0; each instanceof Error && depth < 5; each = each.cause, depth++) {
    const own = errorCode(each), code = SAME[own] ?? own;
    if (wordsOf(code) !== undefined) return code;
    const { message } = each;
    const known = PHRASES.find(([phrase]) => phrase.test(message));
    if (known !== undefined) return known[1];
  }
  return undefined;
}

/** A network fault in words, without the URL, which may hold secrets. */
export function describeNetworkFault(error: unknown): string {
  const words = wordsOf(networkCode(error) ?? "");
  if (words !== undefined) return words;
  if (!(error instanceof Error)) return "the request failed";
  const message = error.message.replace(/\b\w+:\/\/\S+/g, "…").replace(/\s+/g, " ").slice(0, 200);
  return `the request failed: ${message}`;
}

/** Whether a fault is about the receiver's certificate. */
export function isCertificateFault(code: string | undefined): boolean {
  return code !== undefined && /CERT|LEAF/.test(code);
}

function wordsOf(code: string): string | undefined {
  return WORDS[code] ?? systemWords(code);
}
