import type { DebugStream } from "../hub/monitor/debug-stream.ts";
import type { LogLevel } from "../monitoring/log-event.ts";
import type { Monitor } from "../hub/monitor/monitor.ts";

/** How much a server prints: its log level and, at the lowest, every message that passes through. */
export class LogVerbosity {
  readonly #monitor: Monitor;
  readonly #stream: DebugStream;
  readonly #always: boolean;
  #hide: (() => void) | undefined;

  /** `always` shows every message at any level (`--debug`). */
  constructor(monitor: Monitor, stream: DebugStream, always: boolean) {
    this.#monitor = monitor;
    this.#stream = stream;
    this.#always = always;
  }

  /** Uses another level from now on. */
  apply(level: LogLevel): void {
    const shown = this.#always ? "debug" : level;
    this.#monitor.log.level = shown;
    if (shown === "debug") this.#hide ??= this.#monitor.observe(this.#stream);
    else {
      this.#hide?.();
      this.#hide = undefined;
    }
  }
}
