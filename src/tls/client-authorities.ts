import { join } from "node:path";
import type { Findings } from "../config/findings.ts";
import { errorMessage } from "../failures/error-reason.ts";
import type { CertificateFiles } from "./certificate-files.ts";
import { certificateBlocks, open, parseChain } from "./read-certificate.ts";

/** The authorities whose clients are let in, as PEM, from `cafile` and from every file of the folder `capath`. */
export function readClientAuthorities(
  { cafile, capath }: { readonly cafile: string | undefined; readonly capath: string | undefined },
  files: CertificateFiles,
  findings: Findings,
): string {
  const blocks = new Set<string>();
  if (cafile !== undefined) {
    const file = { path: cafile, setting: "options.tls.cafile" };
    const text = open(file, files, findings);
    if (text !== undefined && parseChain(text, file, findings) !== undefined) add(text);
  }
  if (capath !== undefined) readFolder(capath);
  return [...blocks].join("\n");

  function add(text: string): void {
    for (const block of certificateBlocks(text)) blocks.add(block);
  }

  function readFolder(folder: string): void {
    let names: readonly string[];
    try {
      names = files.list(folder);
    } catch (error) {
      findings.error(`Cannot read the folder ${folder} (options.tls.capath): ${errorMessage(error)}`);
      return;
    }
    let found = false;
    for (const path of names.map((name) => join(folder, name)).filter((each) => files.has(each))) {
      const file = { path, setting: "options.tls.capath" };
      const text = open(file, files, findings);
      // Such folders also hold revocation lists and notes.
      if (text === undefined || certificateBlocks(text).length === 0) continue;
      found = true;
      if (parseChain(text, file, findings) !== undefined) add(text);
    }
    if (!found) {
      findings.error(
        `Cannot use the folder ${folder} (options.tls.capath): no file in it holds a certificate`,
      );
    }
  }
}
