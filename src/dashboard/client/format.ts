import { element } from "./element.ts";

const number = new Intl.NumberFormat("en");
const short = new Intl.NumberFormat("en", { notation: "compact" });
const time = new Intl.DateTimeFormat("en-GB", {
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
  hourCycle: "h23",
});

/** `12,345`. */
export function formatNumber(value: number): string {
  return number.format(value);
}

/** `9,999`, `12K`, `1.2M`. */
export function formatShort(value: number): string {
  return value < 10_000 ? formatNumber(value) : short.format(value);
}

/** `13:05:09 UTC+2`: local time, with its zone. */
export function formatTime(milliseconds: number): string {
  return `${time.format(milliseconds)} ${zoneAt(milliseconds)}`;
}

/** A time with its milliseconds, `13:05:09.042 UTC+2`, for a reader and for programs. */
export function timeElement(milliseconds: number): HTMLTimeElement {
  const fraction = String(Math.floor(milliseconds) % 1000).padStart(3, "0");
  const zone = element("span", { class: "zone" }, zoneAt(milliseconds));
  const attributes = { datetime: new Date(milliseconds).toISOString() };
  return element("time", { attributes }, `${time.format(milliseconds)}.${fraction} `, zone);
}

/** The zone of this browser at a time: `UTC`, `UTC+2`, `UTC−3:30`. */
export function zoneAt(milliseconds: number): string {
  const offset = -new Date(milliseconds).getTimezoneOffset();
  if (offset === 0) return "UTC";
  const hours = Math.floor(Math.abs(offset) / 60), minutes = Math.abs(offset) % 60;
  const rest = minutes === 0 ? "" : `:${String(minutes).padStart(2, "0")}`;
  return `UTC${offset > 0 ? "+" : "−"}${hours}${rest}`;
}

/** `42 s`, `5 min 3 s`, `2 h 10 min`, `3 d 4 h`. */
export function formatAge(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  const parts: ReadonlyArray<readonly [number, string]> = [[86_400, "d"], [3600, "h"], [60, "min"], [1, "s"]];
  const first = parts.findIndex(([size]) => whole >= size);
  if (first === -1) return "0 s";
  const [size, unit] = parts[first]!, next = parts[first + 1];
  const rest = next === undefined ? 0 : Math.floor((whole % size) / next[0]);
  const text = `${Math.floor(whole / size)} ${unit}`;
  return rest === 0 ? text : `${text} ${rest} ${next![1]}`;
}

/** A payload for reading: JSON is indented, other text stays as it is. */
export function formatPayload(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), undefined, 2);
  } catch {
    return text; // Not JSON, or cut.
  }
}
