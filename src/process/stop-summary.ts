import type { Counters } from "../monitoring/counters.ts";

/** The last line of a run: how long it took and what happened in it. */
export function stopSummary(counters: Counters, milliseconds: number): string {
  const refusals = [...counters.refusals].map(([reason, count]) => `${reason} ${count}`).join(", ");
  return `Stopped after ${duration(milliseconds)}: ${counted(counters.connectionsOpened, "connection")}, ` +
    `${counted(counters.messagesReceived, "message")} received, ${counters.messagesSent} sent, ` +
    `${counters.refusedTotal} refused${refusals === "" ? "" : ` (${refusals})`}`;
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? "" : "s"}`;
}

/** A length of time in its two largest units. */
export function duration(milliseconds: number): string {
  const seconds = Math.round(milliseconds / 1000);
  const parts: ReadonlyArray<readonly [number, string]> = [
    [Math.floor(seconds / 86400), "d"],
    [Math.floor(seconds / 3600) % 24, "h"],
    [Math.floor(seconds / 60) % 60, "min"],
    [seconds % 60, "s"],
  ];
  const first = parts.findIndex(([count]) => count > 0);
  if (first === -1) return "0 s";
  return parts.slice(first, first + 2).map(([count, unit]) => `${count} ${unit}`).join(" ");
}
