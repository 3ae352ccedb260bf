import type { RedisCommand, RedisLink } from "../redis/redis-link.ts";
import { type EventPack, packEvents } from "./events/event-pack.ts";
import { Fifo } from "../hub/fifo.ts";
import type { Gather } from "./gather-turns.ts";

/** Takes the answer to a command: a value, or an `Error` that Redis answered. */
export type Answered = (answer: unknown) => void;

/** Finds out whether the answers of Redis can be believed. */
export interface AnswerCheck {
  /** What to run behind commands. */
  behind(commands: readonly RedisCommand[]): readonly RedisCommand[];
  /** Called with the answers to `behind`, before the commands' own answers are handed out. */
  answered(answers: readonly unknown[]): void;
}

/** Work of this turn that has not been done yet. */
export interface Later {
  /** It need not be done any more. */
  withdraw(): void;
}

/** Commands in one pipeline, and under way at a time: with more, the answer to the last one would be late because of the first. */
const PIECE = 500, UNDER_WAY = 4 * PIECE;

interface Collected {
  readonly command: RedisCommand;
  readonly answered: Answered | undefined;
}

/** Commands that were sent in one piece, or thrown away. */
interface Piece {
  /** How many commands were added before its first one. */
  readonly after: number;
  isOver: boolean;
}

/** Is called when all commands up to a number have been answered or thrown away, or with the reason why they will not be. */
interface Fence {
  readonly upTo: number;
  readonly over: (failure?: unknown) => void;
}

/**
 * Collects the commands of one turn of the event loop, or of several where they may wait, into one pipeline. Commands reach Redis in the
 * order in which they were added. When the link goes down, those under way are forgotten and never answered: what waits for them is ended by `RedisCluster`.
 */
export class CommandBatch {
  readonly #link: Pick<RedisLink, "run">;
  readonly #gather: Gather;
  /** Asked before anything is sent; what was collected is thrown away when it answers no. */
  readonly #maySend: () => boolean;
  readonly #fault: (fault: unknown) => void;
  readonly #check: AnswerCheck;
  readonly #mayPack: () => boolean;
  readonly #collected = new Fifo<Collected>();
  /** Work of this turn that adds commands, in its order. */
  #later: { write: (() => void) | undefined }[] = [];
  #isDue = false;
  /** Whether all that was collected may wait. */
  #mayWait = true;
  /** How many commands the last pipeline had that was sent at the end of a turn. */
  #last = 0;
  /** How many commands were added. */
  #added = 0;
  /** How many of them Redis has been sent and has not answered. */
  #underWay = 0;
  /** In the order in which they were sent. In a Redis Cluster a later one may be over first. */
  readonly #pieces = new Fifo<Piece>();
  readonly #fences = new Fifo<Fence>();
  /** What is to be fenced off at the end of this turn. */
  #turnFences: (() => void)[] = [];

  /**
   * `fault` takes an exception in a callback. `gather` calls back at the end of the turn, or a little later where all that was added may
   * wait. `mayPack`: whether events that follow each other may be sent as one call.
   */
  constructor(
    link: Pick<RedisLink, "run">,
    gather: Gather,
    maySend: () => boolean,
    fault: (fault: unknown) => void,
    check: AnswerCheck = { behind: () => [], answered: () => {} },
    mayPack: () => boolean = () => false,
  ) {
    this.#mayPack = mayPack;
    this.#link = link;
    this.#check = check;
    this.#fault = fault;
    this.#gather = gather;
    this.#maySend = maySend;
  }

  /** `mayWait`: whether a few turns are a matter of indifference, as for an event that other nodes deliver. */
  add(command: RedisCommand, answered?: Answered, mayWait = false): void {
    this.#collected.push({ command, answered });
    this.#added++;
    this.#dueSoon(mayWait);
  }

  /**
   * Calls back at the end of this turn, for work that adds commands and may come to nothing until then: what a client begins and ends
   * in one turn needs no command. The callbacks are called in the order of the calls.
   */
  later(write: () => void): Later {
    const entry: { write: (() => void) | undefined } = { write };
    this.#later.push(entry);
    this.#dueSoon();
    return { withdraw: () => void (entry.write = undefined) };
  }

  /** Calls back when Redis has answered all that this turn brings, or will not answer. */
  afterTurn(over: () => void): void {
    this.#turnFences.push(over);
    this.#dueSoon();
  }

  /** Ends the turn: sends what was collected, now, without waiting for the answers. */
  flush(): void {
    // What is added meanwhile may add work in turn.
    for (let entries = this.#takeLater(); entries.length > 0; entries = this.#takeLater()) {
      for (const { write } of entries) write?.();
    }
    const over = this.#turnFences;
    this.#turnFences = [];
    for (const each of over) this.#fence(() => each());
    this.#pump();
  }

  /** Sends what was collected, now; resolves when all of it is answered, rejects with `LinkDown`. */
  send(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.flush();
      this.#fence((failure) => {
        if (failure === undefined) resolve();
        else reject(failure);
      });
    });
  }

  /** Forgets what has not been sent. */
  clear(): void {
    for (const entry of this.#takeLater()) entry.write = undefined;
    this.#throwAway(this.#collected.length);
    const over = this.#turnFences;
    this.#turnFences = [];
    for (const each of over) this.#fence(() => each());
  }

  #dueSoon(mayWait = false): void {
    this.#mayWait &&= mayWait;
    if (this.#isDue) return;
    this.#isDue = true;
    this.#gather(() => {
      this.#isDue = false;
      this.#mayWait = true;
      this.#last = this.#collected.length;
      this.flush();
      // Where events come one at a time no other one follows in the next turn.
    }, () => this.#mayWait && Math.max(this.#last, this.#collected.length) > 1);
  }

  #takeLater(): readonly { write: (() => void) | undefined }[] {
    const entries = this.#later;
    this.#later = [];
    return entries;
  }

  /** Sends pieces as long as Redis keeps up; each answer makes room for the next. */
  #pump(): void {
    while (this.#collected.length > 0 && this.#underWay < UNDER_WAY) {
      const before = this.#collected.length;
      // What is added because of a refusal is kept.
      if (this.#maySend()) void this.#sendPiece(this.#collected.take(PIECE));
      else this.#throwAway(before);
    }
  }

  async #sendPiece(commands: readonly Collected[]): Promise<void> {
    const piece: Piece = { after: this.#added - this.#collected.length - commands.length, isOver: false };
    this.#pieces.push(piece);
    this.#underWay += commands.length;
    try {
      const sent = commands.map(({ command }) => command), behind = this.#check.behind(sent);
      const { commands: packed, unpack } = this.#pack(sent);
      const all = await this.#link.run(behind.length === 0 ? packed : [...packed, ...behind]);
      if (behind.length > 0) this.#check.answered(all.slice(packed.length));
      const answers = unpack(all);
      commands.forEach(({ answered }, index) => this.#answer(answered, answers[index]));
    } catch (failure) {
      // The link is down, which is handled where it is noticed. What waits for an answer hears of it here.
      for (const { over } of this.#fences.take(this.#fences.length)) over(failure);
    }
    piece.isOver = true;
    this.#underWay -= commands.length;
    this.#advance();
    this.#pump();
  }

  #pack(commands: readonly RedisCommand[]): EventPack {
    return this.#mayPack() ? packEvents(commands) : { commands, unpack: (answers) => answers };
  }

  #answer(answered: Answered | undefined, answer: unknown): void {
    try {
      answered?.(answer);
    } catch (fault) {
      // A defect of ours, which must not keep the other callbacks from their answers.
      this.#fault(fault);
    }
  }

  #throwAway(count: number): void {
    if (count === 0) return;
    this.#collected.take(count);
    this.#advance();
  }

  #fence(over: Fence["over"]): void {
    this.#fences.push({ upTo: this.#added, over });
    this.#advance();
  }

  /** Calls the fences up to the first command that is neither answered nor thrown away. */
  #advance(): void {
    while (this.#pieces.at(0)?.isOver === true) this.#pieces.shift();
    for (let fence = this.#fences.at(0); fence !== undefined; fence = this.#fences.at(0)) {
      if (!this.#isOver(fence.upTo)) return;
      this.#fences.shift();
      fence.over();
    }
  }

  /** Whether so many commands, from the first one that was ever added, are answered or thrown away. */
  #isOver(count: number): boolean {
    return count <= (this.#pieces.at(0)?.after ?? this.#added - this.#collected.length);
  }
}
