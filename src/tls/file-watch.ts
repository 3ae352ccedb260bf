import { type FSWatcher, watch } from "node:fs";
import { dirname } from "node:path";

/** When a watch calls back, in milliseconds. */
export interface WatchTimes {
  /** Time without a change after which a change is complete: a certificate and its key are written one after the other. */
  readonly quiet: number;
  /** Time between two calls where the system reports no change: for network drives, bind mounts, and links higher up the path. */
  readonly interval: number;
}

const TIMES: WatchTimes = { quiet: 500, interval: 60_000 };

/**
 * Calls back some time after files may have changed; the caller looks whether they have. It watches the folders and not the
 * files, because ACME clients and Kubernetes put another file, or another link, in the place of the old one.
 */
export class FileWatch {
  readonly #changed: () => void;
  readonly #times: WatchTimes;
  readonly #interval: ReturnType<typeof setInterval>;
  #watchers: FSWatcher[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(paths: readonly string[], changed: () => void, times: WatchTimes = TIMES) {
    this.#changed = changed;
    this.#times = times;
    this.#interval = setInterval(changed, times.interval);
    this.#interval.unref();
    this.watch(paths);
  }

  /** Watches these in place of those before. A path may be a folder itself. */
  watch(paths: readonly string[]): void {
    for (const watcher of this.#watchers.splice(0)) watcher.close();
    for (const folder of new Set(paths.flatMap((path) => [path, dirname(path)]))) this.#watchFolder(folder);
  }

  stop(): void {
    this.watch([]);
    clearInterval(this.#interval);
    clearTimeout(this.#timer);
  }

  #watchFolder(path: string): void {
    try {
      const watcher = watch(path, { persistent: false }, () => this.#reported());
      // The folder is gone, or the system has no more watches: the interval goes on.
      watcher.on("error", () => watcher.close());
      this.#watchers.push(watcher);
    } catch {
      // As above: the interval goes on.
    }
  }

  #reported(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(this.#changed, this.#times.quiet);
  }
}
