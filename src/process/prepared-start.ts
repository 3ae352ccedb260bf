import type { Config } from "../config/config.ts";
import type { ConfigSource } from "../config/load-process-config.ts";
import type { Log } from "../monitoring/log.ts";
import type { Runtime } from "../runtime/runtime.ts";
import type { LocalTls } from "../tls/local-tls.ts";

/** What is known before anything listens: a configuration that can be used, and where to say things. */
export interface PreparedStart {
  readonly source: ConfigSource;
  readonly config: Config;
  readonly tls: LocalTls;
  readonly runtime: Runtime;
  readonly log: Log;
  /** Whether every message that passes through is shown, whatever the log level. */
  readonly debug: boolean;
}
