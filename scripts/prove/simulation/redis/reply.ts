/** A status, as `OK` of SET: a text for clients, a table for scripts. */
export class Status {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** An error that Redis answers, with its message. */
export class RedisError extends Error {
  override readonly name = "RedisError";
}

/** What a command answers, before it is put into the form of a client or of a script. */
export type Reply = null | number | string | Status | readonly Reply[];

/** An answer as clients see it. */
export function plainReply(reply: Reply): unknown {
  if (reply instanceof Status) return reply.text;
  return Array.isArray(reply) ? reply.map(plainReply) : reply;
}
