import type { Socket } from "bun";
import { HttpAnswer } from "./http-answer.ts";
import { openSocket, type StreamData, type StreamOwner, writeAll } from "./open-socket.ts";
import type { Target } from "./target.ts";

/** Milliseconds that a call may take. */
const PATIENCE = 15_000;

/**
 * One raw TCP connection to the HTTP API, for one call at a time. It is kept as libraries keep theirs, unless the server closes
 * after each answer (as soketi does) or `isKept` is false: then each call has a connection of its own.
 */
export class Caller implements StreamOwner {
  readonly #target: Target;
  readonly #isKept: boolean;
  #socket: Socket<StreamData> | undefined;
  #answer = new HttpAnswer();
  #done: ((body: string) => void) | undefined;
  #failed: ((error: Error) => void) | undefined;
  #timer: ReturnType<typeof setInterval> | undefined;
  /** Whether the call under way was there when the timer last came round. */
  #waited = false;

  constructor(target: Target, { isKept = true }: { readonly isKept?: boolean } = {}) {
    this.#target = target;
    this.#isKept = isKept;
  }

  /** Sends a request and resolves with the body of the answer; throws unless its status is 200. */
  async call(request: string): Promise<string> {
    this.#socket ??= await openSocket(this.#target, this);
    const answered = new Promise<string>((done, failed) => {
      this.#done = done;
      this.#failed = failed;
    });
    // One timer for the whole life of the connection, since a timer for each call would cost the load client CPU time.
    this.#timer ??= setInterval(() => this.#tooSlow(), PATIENCE);
    this.#waited = false;
    writeAll(this.#socket, request);
    return answered;
  }

  close(): void {
    clearInterval(this.#timer);
    this.#failed = this.#done = undefined;
    this.#socket?.end();
  }

  take(bytes: Buffer): void {
    this.#answer.take(bytes);
    const { status, body, closes } = this.#answer;
    if (body === undefined) return;
    if (closes || !this.#isKept) {
      const socket = this.#socket;
      this.#socket = undefined;
      socket?.end();
    }
    this.#answer = new HttpAnswer();
    const done = this.#done, failed = this.#failed;
    this.#done = this.#failed = undefined;
    if (status === 200) done?.(body);
    else failed?.(new Error(`the API answered ${status}: ${body.slice(0, 200)}`));
  }

  ended(socket: Socket<StreamData>): void {
    // One that the server was expected to close has been replaced.
    if (socket !== this.#socket) return;
    this.#socket = undefined;
    this.#failed?.(new Error("the server has closed the connection of a call without an answer"));
  }

  #tooSlow(): void {
    if (this.#waited) this.#failed?.(new Error(`no answer to a call within ${PATIENCE} ms`));
    this.#waited = this.#failed !== undefined;
  }
}
