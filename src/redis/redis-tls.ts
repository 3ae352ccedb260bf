import { readFile } from "node:fs/promises";
import type { RedisConfig } from "../config/config.ts";
import { errorReason } from "../failures/error-reason.ts";

/** TLS options as `node:tls` takes them. */
export interface NodeTlsOptions {
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
  readonly passphrase?: string;
  readonly servername?: string;
  readonly rejectUnauthorized: boolean;
  readonly checkServerIdentity?: () => undefined;
}

/**
 * Reads the files for an encrypted connection; `undefined` for a plain one. They are read for each connection, so that renewed
 * certificates are used. Rejects with the file's name and the system's reason.
 */
export async function redisTls({ tls, tlsOptions }: RedisConfig): Promise<NodeTlsOptions | undefined> {
  if (!tls) return undefined;
  const { caFile, certificateFile, keyFile, passphrase, peerName, verifyPeer, verifyPeerName } = tlsOptions;
  const [ca, cert, key] = await Promise.all([caFile, certificateFile, keyFile ?? certificateFile].map(pemOf));
  return {
    ...(ca === undefined ? {} : { ca }),
    ...(cert === undefined ? {} : { cert }),
    ...(key === undefined ? {} : { key }),
    ...(passphrase === undefined ? {} : { passphrase }),
    ...(peerName === undefined ? {} : { servername: peerName }),
    rejectUnauthorized: verifyPeer,
    ...(verifyPeerName ? {} : { checkServerIdentity: () => undefined }),
  };
}

async function pemOf(path: string | undefined): Promise<string | undefined> {
  if (path === undefined) return undefined;
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    throw new Error(`cannot read ${path}: ${errorReason(error)}`, { cause: error });
  }
}
