import { posix, win32 } from "node:path";
import type { CertificateFiles } from "./certificate-files.ts";

/** The machine and its user, as far as the folders of certificates depend on them. */
export interface Machine {
  /** As `process.platform` has it. */
  readonly platform: string;
  /** The home folder of the user. */
  readonly home: string;
}

/** What Laravel Herd or Laravel Valet have for a host name. */
export interface HostCertificate {
  /** `undefined` when no folder has both files. */
  readonly pair: { readonly certificate: string; readonly key: string; readonly tool: string } | undefined;
  /** The folders that were looked into. */
  readonly folders: readonly string[];
}

/** Looks for the certificate that `herd secure` or `valet secure` has made for a host; a URL stands for its host, as in Reverb. */
export function findHostCertificate(
  hostname: string,
  machine: Machine,
  files: CertificateFiles,
): HostCertificate {
  const { join } = machine.platform === "win32" ? win32 : posix;
  const host = hostOf(hostname);
  const places = certificateFolders(machine);
  const folders = places.map(({ folder }) => folder);
  for (const { folder, tool } of places) {
    const certificate = join(folder, `${host}.crt`), key = join(folder, `${host}.key`);
    if (files.has(certificate) && files.has(key)) return { pair: { certificate, key, tool }, folders };
  }
  return { pair: undefined, folders };
}

function certificateFolders({ platform, home }: Machine): { folder: string; tool: string }[] {
  const valet = { folder: posix.join(home, ".config", "valet", "Certificates"), tool: "Laravel Valet" };
  switch (platform) {
    case "darwin": {
      const herd = ["Library", "Application Support", "Herd", "config", "valet", "Certificates"];
      return [{ folder: posix.join(home, ...herd), tool: "Laravel Herd" }, valet];
    }
    case "win32": {
      const herd = [".config", "herd", "config", "valet", "Certificates"];
      return [{ folder: win32.join(home, ...herd), tool: "Laravel Herd" }];
    }
    default:
      return [valet];
  }
}

/** Not `new URL`, which turns international names into punycode: the files are named as the site is. */
function hostOf(hostname: string): string {
  const authority = hostname.replace(/^[a-z][a-z0-9+.-]*:\/\//i, "").replace(/[/\\?#].*$/s, "");
  return authority.replace(/^.*@/s, "").replace(/:\d*$/, "").toLowerCase();
}
