/** How the network's faults are called, by the codes of both runtimes and of the system. */
const WORDS: Readonly<Record<string, string>> = {
  ECONNREFUSED: "nothing listens there (connection refused)",
  ConnectionRefused: "nothing listens there (connection refused)",
  ECONNRESET: "the connection was closed before the answer was whole",
  ConnectionClosed: "the connection was closed before the answer was whole",
  UND_ERR_SOCKET: "the connection was closed before the answer was whole",
  ENOTFOUND: "there is no such host",
  EAI_AGAIN: "the host's address cannot be looked up",
  FailedToOpenSocket: "the host has no address that can be reached",
  EHOSTUNREACH: "the host cannot be reached",
  ENETUNREACH: "the network cannot be reached",
  EPROTO: "what answers there does not speak https",
  ERR_SSL_WRONG_VERSION_NUMBER: "what answers there does not speak https",
  CERT_HAS_EXPIRED: "its certificate has expired",
  DEPTH_ZERO_SELF_SIGNED_CERT: "its certificate is self-signed, so no authority vouches for it",
  SELF_SIGNED_CERT_IN_CHAIN: "its certificate comes from an authority that is not known here",
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: "its certificate comes from an authority that is not known here",
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: "its certificate comes from an authority that is not known here",
  ERR_TLS_CERT_ALTNAME_INVALID: "its certificate is for another host name",
};

/** What stands in the messages of a runtime that has no codes. */
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

/** The code of a fault of the network; `undefined` when it has none that we know. */
export function networkCode(error: unknown): string | undefined {
  for (let each = error, depth = 0; each instanceof Error && depth < 5; each = each.cause, depth++) {
    if ("code" in each && typeof each.code === "string" && each.code in WORDS) return each.code;
    const { message } = each;
    const known = PHRASES.find(([phrase]) => phrase.test(message));
    if (known !== undefined) return known[1];
  }
  return undefined;
}

/** A fault of the network in words, without the URL, which may hold secrets. */
export function describeNetworkFault(error: unknown): string {
  const code = networkCode(error);
  if (code !== undefined) return WORDS[code]!;
  if (!(error instanceof Error)) return "the request failed";
  const message = error.message.replace(/\b\w+:\/\/\S+/g, "…").replace(/\s+/g, " ").slice(0, 200);
  return `the request failed: ${message}`;
}

/** Whether a fault is about the receiver's certificate. */
export function isCertificateFault(code: string | undefined): boolean {
  return code !== undefined && /CERT|LEAF/.test(code);
}
