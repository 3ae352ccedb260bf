import type { CachedConfig } from "../laravel/cached-config.ts";
import type { ConfigFiles } from "../sources/config-files.ts";
import type { Environment } from "../sources/environment.ts";
import type { Findings } from "../findings.ts";
import type { ReverbFile } from "../sources/reverb-file.ts";

/** Servers whose configuration can be read in place of ours (`--from`). */
export const FOREIGN_SERVERS = ["soketi", "pusher"] as const;

/** One of {@link FOREIGN_SERVERS}. */
export type ForeignServer = typeof FOREIGN_SERVERS[number];

/** What another server's configuration is read from. */
export interface ForeignReading {
  readonly from: ForeignServer;
  /** The file of `--config`. */
  readonly named: string | undefined;
  /** Our own configuration, which goes before. */
  readonly own: ReverbFile | undefined;
  readonly files: ConfigFiles;
  readonly cached: CachedConfig | undefined;
  readonly environment: Environment;
  readonly findings: Findings;
}
