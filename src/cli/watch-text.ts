import { clock, printable } from "../monitoring/log.ts";
import type { ReadLine } from "./followed-server.ts";

/** What only some watched servers need on each line to be told apart. */
export interface TextOptions {
  /** Whether several servers are watched. */
  readonly withServer: boolean;
  /** Whether a server has several applications. */
  readonly withApplication: boolean;
}

/** A line of a watched server as text for people; what a terminal would obey is written out. */
export function watchText(line: ReadLine, options: TextOptions): string {
  const { type, at, reason, cause, remedy, data } = line;
  const time = typeof at === "string" ? clock(new Date(at)).slice(11) : "";
  const kind = String(type).replace("api-event", "event").replace("-", " ");
  const left = `${time}  ${kind.padEnd(12)}  `;
  const parts = [...whatOf(line), ...whoOf(line), ...whereOf(line, options)];
  const more = reason === undefined ? [] : [`likely: ${String(cause)}`, `remedy: ${String(remedy)}`];
  if (data !== undefined) more.push(String(data));
  return [`${left}${parts.join(" · ")}`, ...more.map((text) => `${" ".repeat(left.length)}${text}`)]
    .map(printable).join("\n");
}

function whatOf(
  { type, reason, detail, count, event, channel, receivers, isOnlyHere, bytes, except }: ReadLine,
): string[] {
  if (reason !== undefined) return [`${String(reason).replaceAll("_", " ")}: ${String(detail)}`];
  if (type === "lost") {
    return [`${counted(count, "line")} that came faster than ${count === 1 ? "it" : "they"} could be shown`];
  }
  const parts: string[] = [];
  if (event !== undefined) parts.push(`${String(event)} on ${String(channel)}`);
  else if (channel !== undefined) parts.push(String(channel));
  if (receivers !== undefined) {
    parts.push(`${counted(receivers, "subscriber")}${isOnlyHere === true ? " on this node" : ""}`);
  }
  if (bytes !== undefined) parts.push(counted(bytes, "byte"));
  if (except !== undefined) parts.push(`without ${String(except)}`);
  return parts;
}

function whoOf({ type, connection, address, reason, detail }: ReadLine): string[] {
  return [
    ...connection === undefined ? [] : [String(connection)],
    ...address === undefined ? [] : [`from ${String(address)}`],
    // That of a refusal comes first.
    ...detail === undefined || reason !== undefined
      ? []
      : [`${type === "signed-in" ? "user " : ""}${String(detail)}`],
  ];
}

function whereOf({ application, server, worker }: ReadLine, options: TextOptions): string[] {
  return [
    ...options.withApplication && application !== undefined ? [`application ${String(application)}`] : [],
    ...options.withServer ? [`server ${String(server)}`] : [],
    ...worker === undefined ? [] : [`worker ${String(worker)}`],
  ];
}

function counted(count: unknown, word: string): string {
  return count === 1 ? `1 ${word}` : `${String(count)} ${word}s`;
}
