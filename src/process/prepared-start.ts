import type { Config } from "../config/config.ts";
import type { ConfigSource } from "../config/load-process-config.ts";
import type { Log } from "../monitoring/log.ts";
import type { Runtime } from "../runtime/runtime.ts";
import type { LocalTls } from "../tls/local-tls.ts";

/** What a start has prepared before anything listens: a configuration that can be used, the runtime, the log. */
export interface PreparedStart {
  readonly source: ConfigSource;
  readonly config: Config;
  readonly tls: LocalTls;
  readonly runtime: Runtime;
  readonly log: Log;
  /** Whether every message that passes through is shown, at any log level. */
  readonly debug: boolean;
}
