import type { RunningServer } from "../server.ts";
import type { Keeper } from "./keeper.ts";

/** What ends a running server, or makes it read its configuration again, besides itself. */
export interface Lifecycle {
  readonly server: RunningServer;
  readonly keeper: Keeper;
  readonly reload: () => void;
  /** Seconds that a stop may take. */
  readonly stopSeconds: () => number;
}

/** How to stop a server by something else than its keeper, and its end. */
export interface UntilStopped {
  /** Stops it gracefully; `cause` is for people. */
  readonly stop: (cause: string) => void;
  /** Resolves when it has stopped. */
  readonly ended: Promise<void>;
}

/** From now on its keeper reaches the server: it may stop it, a second time at once, and have it reload. */
export function untilStopped({ server, keeper, reload, stopSeconds }: Lifecycle): UntilStopped {
  const { promise: ended, resolve, reject } = Promise.withResolvers<void>();
  let stopping = false;
  const stop = (cause: string): void => {
    stopping = true;
    keeper.stopping(cause, stopSeconds());
    server.stop().then(resolve, reject);
  };
  keeper.attach({
    stop,
    reload: () => {
      if (stopping) keeper.reloadRefused();
      else reload();
    },
  });
  return { stop, ended };
}
