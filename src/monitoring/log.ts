import { LOG_LEVELS, type LogEvent, type LogLevel } from "./log-event.ts";

/** Values of a log line besides its sentence. `undefined` values are left out. */
export type LogFields = Readonly<Record<string, string | number | boolean | undefined>>;

/** `text` for people, `json` for machines: one object a line. */
export const LOG_FORMATS = ["text", "json"] as const;

/** One of {@link LOG_FORMATS}. */
export type LogFormat = typeof LOG_FORMATS[number];

/** Writes one finished line, which comes without a line feed. */
export type LineWriter = (line: string, level: LogLevel) => void;

/**
 * The log of a running server. `event` is a stable name for machines (`server_started`, `refused`), `message` the sentence for
 * people.
 */
export class Log {
  format: LogFormat;
  /** Lines below this level are not written. */
  level: LogLevel = "debug";
  readonly #write: LineWriter;
  readonly #now: () => Date;
  readonly #worker: number | undefined;

  /** `worker` is the number of this server process, where there are several. */
  constructor(format: LogFormat, write: LineWriter, now: () => Date, worker?: number) {
    this.format = format;
    this.#write = write;
    this.#now = now;
    this.#worker = worker;
  }

  info(event: LogEvent, message: string, fields: LogFields = {}): void {
    this.line("info", event, message, fields);
  }

  warning(event: LogEvent, message: string, fields: LogFields = {}): void {
    this.line("warning", event, message, fields);
  }

  error(event: LogEvent, message: string, fields: LogFields = {}): void {
    this.line("error", event, message, fields);
  }

  /** Writes one line, unless its level is too low. Control characters are escaped, so that none reaches the terminal. */
  line(level: LogLevel, event: LogEvent, message: string, fields: LogFields): void {
    if (!isLoud(level, this.level)) return;
    const time = this.#now();
    if (this.format === "json") {
      const head = { time: time.toISOString(), level, worker: this.#worker, event, message };
      this.#write(JSON.stringify({ ...head, ...fields }), level);
      return;
    }
    const extra = Object.entries(fields).filter(([, value]) => value !== undefined && value !== "")
      .map(([name, value]) => `${name}=${value}`).join(" ");
    const origin = this.#worker === undefined ? "" : `worker ${this.#worker}: `;
    const text = `${origin}${extra === "" ? message : `${message} (${extra})`}`;
    this.#write(printable(`${clock(time)} ${level.padEnd(7)} ${text}`), level);
  }
}

/** Whether lines of this level are written where `least` is the least level. */
export function isLoud(level: LogLevel, least: LogLevel): boolean {
  return LOG_LEVELS.indexOf(level) >= LOG_LEVELS.indexOf(least);
}

/** Local date and time of day, with milliseconds. */
export function clock(time: Date): string {
  const two = (n: number): string => String(n).padStart(2, "0");
  const date = `${time.getFullYear()}-${two(time.getMonth() + 1)}-${two(time.getDate())}`;
  const milliseconds = String(time.getMilliseconds()).padStart(3, "0");
  return `${date} ${two(time.getHours())}:${two(time.getMinutes())}:${
    two(time.getSeconds())
  }.${milliseconds}`;
}

/** The text with escapes in place of control characters, so that text of a client cannot rewrite the terminal. */
export function printable(text: string): string {
  // deno-lint-ignore no-control-regex -- finding control characters is the purpose
  return text.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g, (character) => {
    if (character === "\n") return "\\n";
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
  });
}
