import { Buffer } from "node:buffer";

/** What a Redis has done in some time. */
export interface Traffic {
  /** Commands by name, those of scripts too, as `INFO commandstats` counts them. */
  readonly commands: Readonly<Record<string, number>>;
  /** Messages that it has passed on, one for each connection that listens. */
  readonly messages: number;
  /** Bytes that have come in and gone out, without those of TCP. */
  readonly bytesIn: number;
  readonly bytesOut: number;
}

/** How many commands all names together have. */
export function commandCount({ commands }: Traffic): number {
  return Object.values(commands).reduce((sum, each) => sum + each, 0);
}

/** What lies between two readings, in shares of `count`. */
export function trafficBetween(before: Traffic, after: Traffic, count = 1): Traffic {
  return combined(after, before, (one, other) => (one - other) / count);
}

/** What is left of a reading without so much of another, never below nothing. */
export function trafficWithout(all: Traffic, part: Traffic, times: number): Traffic {
  return combined(all, part, (one, other) => Math.max(0, one - other * times));
}

/** A reading so many times, on top of another. */
export function trafficPlus(all: Traffic, part: Traffic, times: number): Traffic {
  return combined(all, part, (one, other) => one + other * times);
}

/** Bytes of a command as it goes over the wire (RESP). */
export function commandBytes(parts: readonly (string | number)[]): number {
  return parts.reduce<number>((sum, part) => sum + bulkBytes(String(part)), headBytes(parts.length));
}

/** Bytes of an answer as it goes over the wire (RESP 2). */
export function replyBytes(reply: unknown): number {
  if (reply === null || reply === undefined) return 5;
  if (typeof reply === "number") return headBytes(reply);
  if (reply instanceof Error) return 3 + Buffer.byteLength(reply.message);
  if (Array.isArray(reply)) {
    return reply.reduce<number>((sum, each) => sum + replyBytes(each), headBytes(reply.length));
  }
  return bulkBytes(String(reply));
}

/** Bytes of a message to a connection that listens. */
export function messageBytes(channel: string, payload: string): number {
  return commandBytes(["message", channel, payload]);
}

function headBytes(number: number): number {
  return 3 + String(number).length;
}

function bulkBytes(text: string): number {
  const length = Buffer.byteLength(text);
  return headBytes(length) + length + 2;
}

function combined(
  one: Traffic,
  other: Traffic,
  join: (one: number, other: number) => number,
): Traffic {
  const names = [...new Set([...Object.keys(one.commands), ...Object.keys(other.commands)])].toSorted();
  return {
    commands: Object.fromEntries(
      names.map((name) => [name, join(one.commands[name] ?? 0, other.commands[name] ?? 0)]),
    ),
    messages: join(one.messages, other.messages),
    bytesIn: join(one.bytesIn, other.bytesIn),
    bytesOut: join(one.bytesOut, other.bytesOut),
  };
}
