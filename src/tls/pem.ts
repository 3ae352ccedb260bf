/** The certificates in a text, each as PEM, in its order; keys and the text between them are left out. */
export function certificateBlocks(text: string): string[] {
  return text.match(/-----BEGIN CERTIFICATE-----[^]*?-----END CERTIFICATE-----/g) ?? [];
}

/** What to say of a file that has no PEM block of the kind that is looked for. */
export function describeNoPem(text: string, wanted: "certificate" | "private key"): string {
  if (text === "") return "the file is empty";
  // A SEQUENCE: the first byte of a certificate, a key or a PKCS#12 store in binary form.
  if (text.startsWith("0\x82")) {
    return `it is in binary form (DER or PKCS#12); turn it into PEM text with openssl`;
  }
  return `there is no ${wanted} in PEM form in it`;
}
