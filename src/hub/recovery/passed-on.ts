import { isJsonObject, parseObject } from "../../protocol/json-object.ts";
import type { LogBook } from "./log-book.ts";
import { isCut, isEntry, type SavedCut, type SavedEntry } from "./recovery-state.ts";

/** Milliseconds for which an event, or a message of another node, may be on its way. */
export const MARGIN = 250;

/** What a client has missed on one channel until its connection was passed on. */
export interface MissedOn {
  readonly channel: string;
  /** Whether that is all. */
  readonly isWhole: boolean;
  readonly entries: readonly SavedEntry[];
  /** Frames that had arrived there lately: the other node need not send these again. */
  readonly had: readonly string[];
}

/** A message between nodes that have the clients of one server. */
export type RecoveryMessage =
  /** A connection was cut here, and its client may come back to any node. */
  | { readonly type: "cut"; readonly cut: SavedCut; readonly missed: readonly MissedOn[] }
  /** An event of a channel to which a client may come back, published just after the cut: no other node may have heard it. */
  | {
    readonly type: "late";
    readonly channel: string;
    readonly frame: string;
    readonly except: string | null;
  }
  /** A client has come back that was one of these. */
  | { readonly type: "returned"; readonly names: readonly string[] };

/** What a client that was cut here has missed until now. `shift` makes milliseconds since 1970 of the clock that only grows. */
export function missedBy(
  cut: SavedCut,
  before: ReadonlyMap<string, readonly SavedEntry[]>,
  logs: LogBook,
  shift: number,
  now: number,
): MissedOn[] {
  return cut.positions.map(([channel, position]) => {
    const log = logs.find(channel)?.log;
    const entries = log?.slice(position, log.length).filter(({ isPassing }) => !isPassing).map((
      { position, frame, except, at },
    ): SavedEntry => [position, frame, except ?? null, Math.round(at + shift)]) ?? [];
    return {
      channel,
      isWhole: log?.reaches(position) === true,
      entries: [...before.get(channel) ?? [], ...entries],
      had: log?.last(log.length, now - 2 * MARGIN).filter((each) =>
        each.position <= position
      ).map(({ frame }) => frame) ?? [],
    };
  });
}

/** Where a client goes on here that was cut on another node: behind this position of the log, after these events. */
export function continued(
  { channel, isWhole, entries, had }: MissedOn,
  logs: LogBook,
  now: number,
): { readonly position: number; readonly before: readonly SavedEntry[] } {
  const logged = logs.open(channel);
  if (logged === undefined || !isWhole) return { position: -1, before: entries };
  // What came here a moment ago may not have come there: it is rather sent twice than not at all.
  const recent = logged.log.last(logged.log.length, now - MARGIN), known = [...had];
  while (recent[0] !== undefined && known.includes(recent[0].frame)) {
    known.splice(known.indexOf(recent[0].frame), 1);
    recent.shift();
  }
  const position = recent[0] === undefined ? logged.log.head : recent[0].position - 1;
  const frames = recent.map(({ frame }) => frame);
  const before = entries.filter(([, frame]) => {
    const same = frames.indexOf(frame);
    if (same !== -1) frames.splice(same, 1);
    return same === -1;
  });
  return { position, before };
}

/** Reads a message; `undefined` for any other text. */
export function readRecoveryMessage(text: string): RecoveryMessage | undefined {
  const value = parseObject(text);
  // Another program may have written it.
  if (value === undefined) return undefined;
  const { type, cut, missed, names, channel, frame, except } = value;
  if (type === "late" && typeof channel === "string" && typeof frame === "string") {
    return { type, channel, frame, except: typeof except === "string" ? except : null };
  }
  if (type === "cut" && isCut(cut) && Array.isArray(missed) && missed.every(isMissedOn)) {
    return { type, cut, missed };
  }
  if (type === "returned" && Array.isArray(names) && names.every((name) => typeof name === "string")) {
    return { type, names };
  }
  return undefined;
}

function isMissedOn(value: unknown): value is MissedOn {
  return isJsonObject(value) && typeof value["channel"] === "string" &&
    typeof value["isWhole"] === "boolean" &&
    Array.isArray(value["entries"]) && value["entries"].every(isEntry) && Array.isArray(value["had"]) &&
    value["had"].every((frame) => typeof frame === "string");
}
