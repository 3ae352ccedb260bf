import { type CheckLine, error, ok, skipped, warning } from "./check-line.ts";

/** Seconds by which the timestamp of an API call may differ (Pusher's rule, `strict_api_authentication`). */
const ALLOWED = 600;
/** Seconds of difference that deserve a warning; less may come from the `Date` header's whole seconds and the answer's way. */
const NOTABLE = 30;

/** Compares a `Date` header with this machine's clock (milliseconds since 1970). `source` names the server that sent the header. */
export function checkClock(date: string | undefined, now: number, source: string): CheckLine {
  const theirs = date === undefined ? NaN : Date.parse(date);
  if (Number.isNaN(theirs)) return skipped("clock", "no answer came to compare this machine's clock with");
  const seconds = Math.round((now - theirs) / 1000), off = Math.abs(seconds);
  if (off < NOTABLE) return ok("clock", `this machine's clock and that of ${source} agree`);
  const found = `this machine's clock is ${off} s ${seconds > 0 ? "ahead of" : "behind"} that of ${source}`;
  const remedy = "Set both by NTP (timedatectl set-ntp true)";
  return off < ALLOWED
    ? warning("clock", found, remedy)
    : error("clock", `${found}, and API calls are refused from ${ALLOWED} s on`, remedy);
}
