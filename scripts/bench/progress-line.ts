/** Says what is being done: on a terminal in one line that changes, elsewhere a line whenever a contender's turn begins. */
export class ProgressLine {
  readonly #isTerminal = process.stderr.isTTY === true;
  readonly #startedAt = performance.now();
  #turn = "";

  /** `where` is the scenario and the round, `who` the contender, `doing` what it is busy with. */
  show(where: string, who: string, doing: string): void {
    const line = `${clock(performance.now() - this.#startedAt)}  ${where}  ${who}`;
    if (this.#isTerminal) {
      const width = (process.stderr.columns ?? 80) - 1;
      process.stderr.write(`\r\x1b[2K${`${line}: ${doing}`.slice(0, width)}`);
    } else if (this.#turn !== `${where} ${who}`) {
      this.#turn = `${where} ${who}`;
      process.stderr.write(`${line}\n`);
    }
  }

  /** Takes the line away, so that something else can be printed. */
  clear(): void {
    if (this.#isTerminal) process.stderr.write("\r\x1b[2K");
  }
}

function clock(milliseconds: number): string {
  const seconds = Math.floor(milliseconds / 1000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}
