import { PATIENCE } from "./patience.ts";

interface Waiter {
  readonly matches: (line: string) => boolean;
  readonly found: (line: string) => void;
}

/** The lines that a child process has written, to stdout and to stderr, in the order in which they arrived. */
export class ProcessOutput {
  readonly lines: string[] = [];
  readonly stdout: string[] = [];
  readonly stderr: string[] = [];
  /** Resolves when both streams have ended. */
  readonly ended: Promise<void>;
  private readonly waiters = new Set<Waiter>();

  constructor(stdout: ReadableStream<Uint8Array>, stderr: ReadableStream<Uint8Array>) {
    this.ended = Promise.all([this.collect(stdout, this.stdout), this.collect(stderr, this.stderr)])
      .then(() => undefined);
  }

  /**
   * Resolves with the first line that contains the text or matches the pattern, also when it came earlier (`from` leaves out the
   * lines before that index of `lines`). Rejects after the wait, or when the output ends, with everything written so far.
   */
  waitFor(pattern: string | RegExp, milliseconds = PATIENCE, from = 0): Promise<string> {
    const matches = (line: string): boolean =>
      typeof pattern === "string" ? line.includes(pattern) : line.search(pattern) >= 0;
    const earlier = this.lines.slice(from).find(matches);
    if (earlier !== undefined) return Promise.resolve(earlier);
    return new Promise((resolve, reject) => {
      const waiter: Waiter = {
        matches,
        found: (line) => {
          clearTimeout(timer);
          resolve(line);
        },
      };
      const fail = (reason: string): void => {
        clearTimeout(timer);
        if (this.waiters.delete(waiter)) {
          reject(new Error(`No line with ${pattern} ${reason}\n${this.text()}`));
        }
      };
      const timer = setTimeout(() => fail(`within ${milliseconds} ms`), milliseconds);
      this.waiters.add(waiter);
      void this.ended.then(() => fail("before the output ended"));
    });
  }

  /** Everything written so far, for an error message. */
  text(): string {
    return this.lines.length === 0 ? "(no output)" : this.lines.join("\n");
  }

  private async collect(stream: ReadableStream<Uint8Array>, into: string[]): Promise<void> {
    const decoder = new TextDecoder();
    let rest = "";
    for await (const chunk of stream) {
      const pieces = (rest + decoder.decode(chunk, { stream: true })).split("\n");
      rest = pieces.pop() ?? "";
      for (const line of pieces) this.add(line.replace(/\r$/, ""), into);
    }
    if (rest !== "") this.add(rest, into);
  }

  private add(line: string, into: string[]): void {
    this.lines.push(line);
    into.push(line);
    for (const waiter of this.waiters) {
      if (!waiter.matches(line)) continue;
      this.waiters.delete(waiter);
      waiter.found(line);
    }
  }
}
