/** What a run needs to know of a step to place it. */
export interface Placed {
  readonly name: string;
  /** An earlier step that MUST have passed in the same run. */
  readonly needs?: string;
  /** An earlier step that MUST have ended, where it is in the same run. */
  readonly after?: string;
}

/**
 * Runs steps, as many at a time as there are lanes: they are begun in their order, the next one as soon as a lane is free and
 * what it waits for has ended. Their output keeps the steps' order too: that of the first step that still runs is written as it
 * comes, that of the others is held until their turn.
 *
 * @param run resolves with a step's outcome, and MUST NOT reject; it is given the outcomes that have come so far
 * @param write takes the output
 * @returns the outcomes in the order of the steps
 */
export async function runInLanes<Step extends Placed, Outcome>(
  steps: readonly Step[],
  lanes: number,
  run: (step: Step, done: readonly Outcome[], write: (text: string) => void) => Promise<Outcome>,
  write: (text: string) => void,
): Promise<Outcome[]> {
  const done: Outcome[] = [];
  const outcomes = new Map<string, Promise<Outcome>>();
  const output = new OrderedOutput(steps.map(({ name }) => name), write);
  const waiting = [...steps];
  const runLane = async (): Promise<void> => {
    for (let step = waiting.shift(); step !== undefined; step = waiting.shift()) {
      const { name, needs = "", after = "" } = step, begun = step;
      const outcome = Promise.all([outcomes.get(needs), outcomes.get(after)])
        .then(() => run(begun, done, (text) => output.write(name, text)));
      outcomes.set(name, outcome);
      done.push(await outcome);
      output.end(name);
    }
  };
  await Promise.all(Array.from({ length: lanes }, runLane));
  return await Promise.all(steps.map(({ name }) => outcomes.get(name)!));
}

/** Puts what several writers write at the same time into their order. */
class OrderedOutput {
  readonly #names: readonly string[];
  readonly #write: (text: string) => void;
  readonly #held = new Map<string, string[]>();
  readonly #ended = new Set<string>();
  /** How many of the writers have ended and been written. */
  #turn = 0;

  constructor(names: readonly string[], write: (text: string) => void) {
    this.#names = names;
    this.#write = write;
  }

  write(name: string, text: string): void {
    if (name === this.#names[this.#turn]) return this.#write(text);
    const held = this.#held.get(name);
    if (held === undefined) this.#held.set(name, [text]);
    else held.push(text);
  }

  end(name: string): void {
    this.#ended.add(name);
    for (let next = this.#names[this.#turn]; next !== undefined && this.#ended.has(next);) {
      next = this.#names[++this.#turn];
      if (next !== undefined) this.#flush(next);
    }
  }

  #flush(name: string): void {
    for (const text of this.#held.get(name) ?? []) this.#write(text);
    this.#held.delete(name);
  }
}
