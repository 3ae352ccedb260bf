import type { ConfigNode } from "../sources/config-node.ts";
import type { PulseTrim } from "../config.ts";
import { textOf } from "./laravel-file.ts";

/** Seconds of the units in which Carbon writes an interval. */
const UNITS: Readonly<Record<string, number>> = {
  s: 1,
  second: 1,
  min: 60,
  minute: 60,
  h: 3600,
  hour: 3600,
  d: 86_400,
  day: 86_400,
  w: 604_800,
  week: 604_800,
  month: 2_592_000,
  mo: 2_592_000,
};

const PART = /(\d+)\s*([a-z]+)/gi;

/**
 * How much Pulse keeps in its stream, by `ingest.trim.keep`: a number of entries, or an age such as `7 days`. Any other text gives
 * `none`, which leaves the trimming to Pulse itself.
 */
export function trimOf(keep: ConfigNode | undefined): PulseTrim {
  if (keep?.kind === "leaf" && typeof keep.value === "number") {
    return { kind: "entries", entries: keep.value };
  }
  const text = textOf(keep) ?? "7 days";
  let seconds = 0;
  for (const [, count = "", unit = ""] of text.matchAll(PART)) {
    const name = unit.toLowerCase();
    const length = UNITS[name] ?? UNITS[name.replace(/s$/, "")];
    if (length === undefined) return { kind: "none" };
    seconds += Number(count) * length;
  }
  return seconds > 0 ? { kind: "age", seconds } : { kind: "none" };
}
