import type { Entry } from "../history/entry.ts";
import type { Moment, Operation } from "../history/operation.ts";
import type { Violation } from "../checkers/checker.ts";

/** The longest data of a message that a line shows. */
const LONGEST = 90;

/** A violation as lines that one can read: what is wrong, then the entries that it rests on in the order of their beginnings. */
export function story({ checker, says, entries }: Violation): readonly string[] {
  const sorted = [...new Set(entries)].sort((a, b) => startOf(a).order - startOf(b).order);
  return [`${checker}: ${says}`, ...sorted.map((entry) => `  ${timeOf(entry)}  ${sentence(entry)}`)];
}

/** One entry in a sentence. */
export function sentence(entry: Entry): string {
  switch (entry.type) {
    case "operation":
      return `${act(entry)}: ${outcomeOf(entry)}`;
    case "fault":
      return `${entry.kind}${entry.node === undefined ? "" : ` of ${entry.node}`}` +
        `${entry.connection === undefined ? "" : ` by ${entry.connection}`}, until ${seconds(entry.end)}`;
    case "frame":
      return `${entry.connection} gets ${entry.event}` +
        `${entry.channel === undefined ? "" : ` on ${entry.channel}`}: ${shortened(entry.data ?? "")}`;
    case "ended":
      return `${entry.connection} ends with ${entry.code}${
        entry.by === "client" ? ", as its client wished" : ""
      }`;
    case "webhook":
      return `webhook ${entry.delivery?.slice(0, 8) ?? ""}: ${
        entry.events.map(({ name, channel, user }) =>
          `${name} ${channel}${user === undefined ? "" : ` ${user}`}`
        )
          .join(", ")
      }`;
    case "quiet":
      return `${entry.isRest ? "at rest" : "a quiet moment"}: ${
        entry.answers.map(({ node, users, counts }) =>
          `${node} has ${JSON.stringify(users)} ${JSON.stringify(counts)}`
        )
          .join("; ")
      }`;
    case "record":
      return `${entry.node} lives since ${
        seconds(entry.since)
      }: ${entry.losses.counted} events counted as lost, ` +
        `${entry.losses.logged} in its log`;
  }
}

function act(operation: Operation): string {
  switch (operation.kind) {
    case "connect":
      return `${operation.connection} connects to ${operation.node}` +
        (operation.returns === undefined ? "" : ` in the place of ${operation.returns}`);
    case "subscribe":
      return `${operation.connection} subscribes to ${operation.channel} at ${operation.node}` +
        (operation.user === undefined ? "" : ` as ${operation.user}`);
    case "unsubscribe":
      return `${operation.connection} leaves ${operation.channel}`;
    case "close":
    case "cut":
      return operation.kind === "close" ? `${operation.connection} closes` : `${operation.connection} is cut`;
    case "sign-in":
      return `${operation.connection} signs in as ${operation.user}`;
    case "publish":
      return `${operation.actor} publishes ${operation.message} on ${operation.channel} at ${operation.node}` +
        (operation.except === undefined ? "" : `, not for ${operation.except}`);
    case "client-event":
      return `${operation.connection} sends ${operation.message} on ${operation.channel}`;
    case "users":
      return `${operation.actor} asks ${operation.node} for the users of ${operation.channel}` +
        (operation.users === undefined ? "" : `, answer [${operation.users.join(", ")}]`);
    case "channels":
      return `${operation.actor} asks ${operation.node} for its channels` +
        (operation.channels === undefined ? "" : `, answer [${operation.channels.join(", ")}]`);
    case "terminate":
      return `${operation.actor} ends the connections of ${operation.user} at ${operation.node}`;
  }
}

function outcomeOf({ outcome, start, end }: Operation): string {
  const word = outcome === "unknown" ? "no answer" : outcome;
  return `${word} after ${Math.round((end.ms - start.ms) * 10) / 10} ms`;
}

function startOf(entry: Entry): Moment {
  switch (entry.type) {
    case "operation":
    case "fault":
      return entry.start;
    default:
      return entry.at;
  }
}

function timeOf(entry: Entry): string {
  return seconds(startOf(entry)).padStart(9);
}

function seconds({ ms }: Moment): string {
  return `${(ms / 1000).toFixed(3)} s`;
}

function shortened(text: string): string {
  return text.length <= LONGEST ? text : `${text.slice(0, LONGEST)}…`;
}
