import { type CheckLine, warning } from "./check-line.ts";

/** A PHP file of the application. */
export interface PhpFile {
  /** Relative to the application's folder. */
  readonly path: string;
  readonly text: string;
}

/** What takes the place of each event that Reverb dispatches in its own process: the table of docs/webhooks.md. */
const SUBSTITUTES: ReadonlyMap<string, string> = new Map([
  ["ChannelCreated", "Use the webhook channel_occupied in its place"],
  ["ChannelRemoved", "Use the webhook channel_vacated in its place"],
  ["ConnectionPruned", "Use the webhook connection_closed in its place, where its code is 4201"],
  [
    "MessageReceived",
    "Use the webhook client_event in its place, which comes for messages that are forwarded",
  ],
  ["MessageSent", "Read the metrics in its place: they count messages"],
]);

/** Lines for the places of this many events; what is left is one line more. */
const SHOWN = 10;

/** What the Composer package dispatches when a webhook reports it. */
const OF_THE_PACKAGE: ReadonlySet<string> = new Set(["ChannelCreated", "ChannelRemoved"]);

/**
 * Reports where PHP code names Reverb's own events, so that it waits for something that never happens; no line where it does not.
 *
 * @param hasPackage whether the Composer package turns webhooks into Laravel events here
 */
export function* checkReverbEvents(files: Iterable<PhpFile>, hasPackage: boolean): Generator<CheckLine> {
  let count = 0;
  for (const { path, text } of files) {
    for (const { line, name } of reverbEventsIn(text)) {
      if (hasPackage && OF_THE_PACKAGE.has(name)) continue;
      if (++count > SHOWN) continue;
      const event = name === "" || name === "*"
        ? "Laravel\\Reverb\\Events"
        : `Laravel\\Reverb\\Events\\${name}`;
      yield warning(
        "events",
        `${path}:${line} names ${event}, and Reverb's PHP events do not occur: no PHP process sees the clients`,
        SUBSTITUTES.get(name) ?? "Use webhooks in their place",
      );
    }
  }
  if (count > SHOWN) {
    yield warning(
      "events",
      `${count - SHOWN} more places name events of Reverb`,
      'Search for "Reverb\\Events" in the application',
    );
  }
}

/** Each event that code names by its full name, in `use` or in a text, with its line from 1. Lines that are comments do not count. */
function* reverbEventsIn(
  text: string,
): Generator<{ readonly line: number; readonly name: string }> {
  if (!text.includes("Reverb")) return;
  // A backslash may be doubled, in texts; `use` may name several events in braces, or the namespace alone.
  const mentions = /\bLaravel\\{1,2}Reverb\\{1,2}Events\b(?:\\{1,2}(\w+|\*|\{[^}]*\}))?/g;
  let line = 1, at = 0;
  for (const { index, 0: mention, 1: named = "" } of text.matchAll(mentions)) {
    line += newlines(text.slice(at, index));
    at = index;
    if (/^\s*(?:\/\/|\/?\*|#(?!\[))/.test(text.slice(text.lastIndexOf("\n", index) + 1, index))) continue;
    if (!named.startsWith("{")) yield { line, name: named };
    else {
      for (const { index: within, 0: name } of mention.matchAll(/(?<=[{,]\s*)\w+/g)) {
        yield { line: line + newlines(mention.slice(0, within)), name };
      }
    }
  }
}

function newlines(text: string): number {
  return text.split("\n").length - 1;
}
