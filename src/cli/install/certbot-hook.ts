import { spawnSync } from "node:child_process";
import { X509Certificate } from "node:crypto";
import {
  accessSync,
  chmodSync,
  constants,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { errorReason } from "../../failures/error-reason.ts";

/** The certificate that certbot keeps cannot be used; the message is for the operator. */
export class CertbotError extends Error {
  override readonly name = "CertbotError";
}

/** What was written. */
export interface CertbotHook {
  /** Path of the script that certbot runs after each renewal. */
  readonly script: string;
  /** Path of the file with certificate and key, for the server. */
  readonly copy: string;
  /** Id of the user whom the copy belongs to. */
  readonly user: number;
  /** The host names that the certificate is for, as it has them: `ws.example.com`, `*.example.org`. */
  readonly hosts: readonly string[];
}

/** What a certificate may be called: the name is a part of paths. */
const NAME = /^[a-z\d][a-z\d._-]*$/i;

/**
 * Has certbot copy a certificate for the server after each renewal, and copies it now. certbot's key can be read by root alone, and a
 * server needs no such rights. So root, who runs certbot, copies certificate and key into one file of the user whom the application's
 * `storage` belongs to. The file is replaced at once, in a folder of root's. Throws a {@link CertbotError}.
 *
 * @param name of the certificate, as `certbot certificates` lists it
 * @param certbot the folder in which certbot keeps everything: `/etc/letsencrypt`
 * @param directory of the Laravel application
 */
export function writeCertbotHook(name: string, certbot: string, directory: string): CertbotHook {
  if (!NAME.test(name)) {
    throw new CertbotError(
      `--certbot ${
        JSON.stringify(name)
      } is no name of a certificate. Use one that \`certbot certificates\` lists.`,
    );
  }
  const lineage = join(certbot, "live", name), hooks = join(certbot, "renewal-hooks/deploy");
  for (const file of ["fullchain.pem", "privkey.pem"].map((each) => join(lineage, each))) {
    attempt(`read ${file}`, () => accessSync(file, constants.R_OK));
  }
  const certificate = join(lineage, "fullchain.pem");
  const hosts = attempt(`read ${certificate}`, () => hostsOf(readFileSync(certificate)));
  const storage = join(directory, "storage");
  const { uid, gid } = attempt(`look whom ${storage} belongs to`, () => statSync(storage));
  const folder = join(certbot, "resound"),
    copy = join(folder, `${name}.pem`),
    script = join(hooks, `resound-${name}`);
  attempt(`write ${script}`, () => {
    for (const each of [folder, hooks]) mkdirSync(each, { recursive: true, mode: 0o755 });
    // Root's umask may be strict: the server has to get through here, and others must not write.
    chmodSync(folder, 0o755);
    writeFileSync(`${folder}/hook.new`, hookText({ name, lineage, copy, owner: `${uid}:${gid}` }));
    chmodSync(`${folder}/hook.new`, 0o755);
    renameSync(`${folder}/hook.new`, script);
  });
  const { status, error, stderr } = spawnSync(script, { encoding: "utf8" });
  if (status !== 0) {
    throw new CertbotError(
      `Cannot run ${script}: ${error === undefined ? stderr.trim() : errorReason(error)}`,
    );
  }
  return { script, copy, user: uid, hosts };
}

/** Whether certbot keeps a certificate of that name; every user may see that. */
export function certbotKeeps(name: string, certbot: string): boolean {
  return NAME.test(name) && existsSync(join(certbot, "renewal", `${name}.conf`));
}

function hostsOf(certificate: Uint8Array): string[] {
  const names = new X509Certificate(certificate).subjectAltName?.split(", ") ?? [];
  return names.flatMap((name) => name.startsWith("DNS:") ? [name.slice("DNS:".length)] : []);
}

function hookText(
  { name, lineage, copy, owner }: {
    readonly name: string;
    readonly lineage: string;
    readonly copy: string;
    readonly owner: string;
  },
): string {
  return `#!/bin/sh
# Written by resound install --certbot ${name}. certbot runs it after each renewal. It copies certificate and key for Resound, whose
# user may not read certbot's; Resound uses the new ones within a second.
set -eu
lineage=${quoted(lineage)}
copy=${quoted(copy)}
# certbot names the certificate that it has renewed.
[ "\${RENEWED_LINEAGE:-$lineage}" = "$lineage" ] || exit 0
umask 077
cat "$lineage/fullchain.pem" "$lineage/privkey.pem" > "$copy.new"
chown ${owner} "$copy.new"
mv -f "$copy.new" "$copy"
`;
}

/** A text as one word of a shell. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

function attempt<Result>(what: string, run: () => Result): Result {
  try {
    return run();
  } catch (error) {
    throw new CertbotError(
      `Cannot ${what}: ${
        errorReason(error)
      }. Run this as the user who runs certbot, which is root, and see \`certbot certificates\`.`,
      { cause: error },
    );
  }
}
