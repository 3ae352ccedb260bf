import { randomBytes } from "node:crypto";
import { connect } from "node:net";
import type { BridgePlace } from "../bridge-place.ts";
import type { AnswerOf, Asked, FieldsOf, Told } from "../calls.ts";
import { MessageSocket } from "../message-socket.ts";
import { BRIDGE_VERSION, type Message } from "../wire.ts";

/** Milliseconds between two beats before the owner has said how many. */
const FIRST_BEAT = 1000;

/** A question that has no answer yet. */
interface Question {
  readonly answered: (answer: unknown) => void;
  readonly alone: () => void;
}

/** What a link is for. */
export interface LinkEvents {
  /** The owner tells this node something. */
  readonly told: (message: Message) => void;
  /** As `SocketEvents.silent`. */
  readonly silent: (isSilent: boolean) => void;
  /** The owner has gone. Called once, before the questions that have no answer are decided alone. */
  readonly lost: (reason: string) => void;
}

/** A node's connection to the owner, from the welcome to its end. */
export class OwnerLink {
  /** Called whenever questions were answered, or will not be. */
  whenAnswered: (() => void) | undefined;
  /** Whether this is the only node. */
  isAlone = false;
  /** Names this process among all nodes. */
  readonly processId: string;
  readonly #place: BridgePlace;
  readonly #socket: MessageSocket;
  #events: LinkEvents | undefined;
  /** What has come before `listen`. */
  #early: Message[] = [];
  #beat: ReturnType<typeof setInterval>;
  #lostBecause: string | undefined;
  readonly #questions = new Map<number, Question>();
  #asked = 0;
  #answered = 0;

  private constructor(
    place: BridgePlace,
    processId: string,
    welcome: (refusal: string | undefined) => void,
  ) {
    this.#place = place;
    this.processId = processId;
    this.#socket = new MessageSocket(connect(place.path), {
      message: (message) => {
        if (message[0] === "answer") this.#answer(message[1]);
        else if (message[0] === "welcome") {
          clearInterval(this.#beat);
          this.#beat = setInterval(() => this.#socket.beat(), Number(message[1]));
          this.isAlone = message[2] === true;
          welcome(undefined);
        } else if (message[0] === "refused") welcome(String(message[1]));
        else this.#told(message);
      },
      silent: (isSilent) => {
        if (this.#events === undefined) this.#socket.cut("it says nothing");
        else this.#events.silent(isSilent);
      },
      closed: (reason) => {
        clearInterval(this.#beat);
        welcome(reason);
        this.#lose(reason);
      },
    });
    this.#beat = setInterval(() => this.#socket.beat(), FIRST_BEAT);
  }

  /** Joins; resolves with the reason where that cannot be, or the owner refuses. */
  static async open(
    place: BridgePlace,
    processId: string = randomBytes(5).toString("hex"),
  ): Promise<OwnerLink | string> {
    const { promise, resolve } = Promise.withResolvers<string | undefined>();
    const link = new OwnerLink(place, processId, resolve);
    link.tell("hello", BRIDGE_VERSION, place.secret, processId);
    return await promise ?? link;
  }

  /** Joins once more as the same process, where this link is lost. */
  again(): Promise<OwnerLink | string> {
    return OwnerLink.open(this.#place, this.processId);
  }

  /** How many questions have no answer. */
  get waiting(): number {
    return this.#questions.size;
  }

  /** Calls the events from now on. */
  listen(events: LinkEvents): void {
    this.#events = events;
    for (const message of this.#early.splice(0)) events.told(message);
    if (this.#lostBecause !== undefined) events.lost(this.#lostBecause);
  }

  tell<Name extends keyof Told>(name: Name, ...fields: FieldsOf<Told[Name]>): void {
    this.#socket.send([name, ...fields]);
  }

  /** Whether a list is the last field of what was said last in this turn: it may still grow. */
  isLast(list: readonly unknown[]): boolean {
    return this.#socket.last?.at(-1) === list;
  }

  /** Asks; `alone` is called in place of `answered` where no answer comes any more. */
  ask<Name extends keyof Asked>(
    [name, ...fields]: readonly [Name, ...FieldsOf<Asked[Name]>],
    answered: (answer: AnswerOf<Asked[Name]>) => void,
    alone: () => void,
  ): void {
    if (this.#lostBecause !== undefined) return alone();
    this.#questions.set(++this.#asked, {
      answered: (answer) => answered(answer as AnswerOf<Asked[Name]>),
      alone,
    });
    this.#socket.send([name, ...fields]);
  }

  /** As `ask`; rejects where no answer comes any more. */
  request<Name extends keyof Asked>(
    name: Name,
    ...fields: FieldsOf<Asked[Name]>
  ): Promise<AnswerOf<Asked[Name]>> {
    return new Promise((resolve, reject) => {
      this.ask(
        [name, ...fields],
        resolve,
        () => reject(new Error("the process that knows all nodes has gone")),
      );
    });
  }

  /** Has all questions that have no answer decided alone. Answers that come later are not heard. */
  giveUp(): void {
    const questions = [...this.#questions.values()];
    this.#questions.clear();
    for (const { alone } of questions) alone();
    this.whenAnswered?.();
  }

  /** As `MessageSocket.flush`. */
  flush(): void {
    this.#socket.flush();
  }

  /** Leaves. Resolves once everything has been sent, or cannot be. */
  end(): Promise<void> {
    this.tell("bye");
    return this.#socket.end();
  }

  #told(message: Message): void {
    if (message[0] === "together") this.isAlone = false;
    else if (message[0] === "alone") this.isAlone = true;
    if (this.#events === undefined) this.#early.push(message);
    else this.#events.told(message);
  }

  #answer(answer: unknown): void {
    const number = ++this.#answered, question = this.#questions.get(number);
    this.#questions.delete(number);
    question?.answered(answer);
    this.whenAnswered?.();
  }

  #lose(reason: string): void {
    this.#lostBecause = reason;
    this.#events?.lost(reason);
    this.giveUp();
  }
}
