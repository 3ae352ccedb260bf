import { commandBytes, messageBytes, replyBytes, type Traffic } from "./traffic.ts";

/** Counts what a simulated Redis does, as a real one counts it in INFO. */
export class RedisMeter {
  readonly #commands: Record<string, number> = {};
  #messages = 0;
  #bytesIn = 0;
  #bytesOut = 0;

  /** A command has run, one of a script too. */
  command(name: string): void {
    this.#commands[name] = (this.#commands[name] ?? 0) + 1;
  }

  /** A connection has sent a command and is sent its answer. */
  call(parts: readonly (string | number)[], reply: unknown): void {
    this.#bytesIn += commandBytes(parts);
    this.#bytesOut += replyBytes(reply);
  }

  /** A connection that listens is sent a message. */
  message(channel: string, payload: string): void {
    this.#messages++;
    this.#bytesOut += messageBytes(channel, payload);
  }

  read(): Traffic {
    return {
      commands: { ...this.#commands },
      messages: this.#messages,
      bytesIn: this.#bytesIn,
      bytesOut: this.#bytesOut,
    };
  }
}
