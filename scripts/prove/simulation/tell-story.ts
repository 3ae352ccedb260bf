import type { Entry } from "../history/entry.ts";
import type { Operation } from "../history/operation.ts";
import type { Failing } from "./shrink-plan.ts";

/** One line of the story, with its place. */
interface Line {
  readonly order: number;
  readonly ms: number;
  readonly text: string;
}

/** What happened in a failing run, in the order in which it happened, for people: what is wrong comes last. */
export function tellStory({ plan, run }: Failing): string {
  const wrong = new Set(run.violations.flatMap(({ entries }) => entries));
  const lines = run.history.entries.flatMap((entry) => linesOf(entry, wrong.has(entry) ? "> " : "  "));
  lines.sort((one, other) => one.order - other.order);
  const last = run.history.entries.flatMap((entry) =>
    entry.type === "record" ? [[`  the log of ${entry.node}:`, ...entry.log.map(logLine)].join("\n")] : []
  );
  return [
    `Seed ${plan.seed}: ${plan.nodes.length} nodes, recovery ${
      plan.recovers ? "on" : "off"
    }, ${plan.steps.length} steps`,
    ...lines.map(({ ms, text }) => `${ms.toFixed(1).padStart(9)} ms ${text}`),
    ...last,
    ...run.violations.map(({ checker, says }) => `wrong (${checker}): ${says}`),
    ...run.faults.map(({ ms, where, error }) =>
      `wrong at ${ms.toFixed(1)} ms in ${where}: ${
        error instanceof Error ? error.stack ?? error.message : String(error)
      }`
    ),
  ].join("\n");
}

function linesOf(entry: Entry, mark: string): readonly Line[] {
  const line = ({ order, ms }: { readonly order: number; readonly ms: number }, text: string): Line => ({
    order,
    ms,
    text: mark + text,
  });
  switch (entry.type) {
    case "operation": {
      const what = describe(entry),
        end = entry.outcome === "ok" ? "done" : entry.outcome === "refused" ? "refused" : "no answer";
      return entry.end.order === entry.start.order + 1
        ? [line(entry.start, `${what}: ${end}`)]
        : [line(entry.start, what), line(entry.end, `  ${what}: ${end}`)];
    }
    case "fault": {
      const what = `${entry.kind}${entry.node === undefined ? "" : ` of ${entry.node}`}`;
      return [line(entry.start, `FAULT ${what} begins`), line(entry.end, `FAULT ${what} is over`)];
    }
    case "frame": {
      if (/^pusher:(?:pong|ping|connection_established)$/.test(entry.event)) return [];
      return [
        line(
          entry.at,
          `${entry.connection} gets ${entry.event} ${entry.channel ?? ""} ${
            (entry.data ?? "").slice(0, 120)
          }`,
        ),
      ];
    }
    case "ended":
      return [line(entry.at, `${entry.connection} ends with ${entry.code}`)];
    case "webhook":
      return [
        line(
          entry.at,
          `webhook: ${
            entry.events.map(({ name, channel, user }) => [name, channel, user].filter(Boolean).join(" "))
              .join(", ")
          }`,
        ),
      ];
    case "quiet":
      return [
        line(
          entry.at,
          "all is quiet: " +
            entry.answers.map(({ node, users }) => `${node} has ${JSON.stringify(users)}`).join("; "),
        ),
      ];
    case "record":
      return [];
  }
}

function describe(entry: Operation): string {
  const who = "connection" in entry ? entry.connection : entry.actor, at = `at ${entry.node}`;
  switch (entry.kind) {
    case "connect":
      return `${who} connects ${at}${entry.returns === undefined ? "" : ` in place of ${entry.returns}`}`;
    case "subscribe":
      return `${who} subscribes to ${entry.channel}${
        entry.user === undefined ? "" : ` as ${entry.user}`
      } ${at}`;
    case "unsubscribe":
      return `${who} leaves ${entry.channel} ${at}`;
    case "close":
      return `${who} closes ${at}`;
    case "cut":
      return `${who} is cut ${at}`;
    case "sign-in":
      return `${who} signs in as ${entry.user} ${at}`;
    case "publish":
      return `${who} publishes ${entry.message} on ${entry.channel} ${at}${
        entry.except === undefined ? "" : ` but not to ${entry.except}`
      }`;
    case "client-event":
      return `${who} sends ${entry.message} on ${entry.channel} ${at}`;
    case "users":
      return `${who} asks for the users of ${entry.channel} ${at}${
        entry.users === undefined ? "" : ` [${entry.users.join(", ")}]`
      }`;
    case "channels":
      return `${who} asks for the channels ${at}`;
    case "terminate":
      return `${who} ends the connections of ${entry.user} ${at}`;
  }
}

function logLine(text: string): string {
  const { time, event, message } = JSON.parse(text) as { time: string; event: string; message: string };
  return `    ${time.slice(14, 23)} ${event}: ${message.slice(0, 140)}`;
}
