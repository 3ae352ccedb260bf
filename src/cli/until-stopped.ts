import { onSignals } from "../process/signals.ts";
import type { Log } from "../monitoring/log.ts";
import type { RunningServer } from "../server.ts";

/** What ends a running server, or makes it read its configuration again, besides itself. */
export interface Lifecycle {
  readonly server: RunningServer;
  readonly log: Log;
  readonly reload: () => void;
  /** Told when the server begins to stop, again with each further signal. */
  readonly stopping: () => void;
}

/** How to stop a server by something else than a signal, and its end. */
export interface UntilStopped {
  /** Stops it gracefully; `cause` is for people. */
  readonly stop: (cause: string) => void;
  /** Resolves when it has stopped. */
  readonly ended: Promise<void>;
}

/** From now on signals reach the server: SIGINT and SIGTERM stop it, a second one at once; SIGHUP reloads. */
export function untilStopped({ server, log, reload, stopping: announce }: Lifecycle): UntilStopped {
  const { promise: ended, resolve, reject } = Promise.withResolvers<void>();
  let stopping = false;
  const stop = (cause: string): void => {
    stopping = true;
    announce();
    log.info("server_stopping", `Stopping (${cause}); once more ends it at once`);
    server.stop().then(resolve, reject);
  };
  onSignals({
    stop,
    reload: () => {
      if (stopping) log.warning("reload_refused", "SIGHUP is ignored: the server is stopping");
      else reload();
    },
  });
  return { stop, ended };
}
