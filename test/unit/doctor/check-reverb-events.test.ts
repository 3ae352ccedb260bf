import { expect, test } from "bun:test";
import { checkReverbEvents } from "../../../src/doctor/check-reverb-events.ts";

function found(text: string, hasPackage = false): readonly string[] {
  return [...checkReverbEvents([{ path: "app/Listener.php", text: `<?php\n\n${text}` }], hasPackage)]
    .map(({ level, subject, found, remedy }) => `${level} ${subject} ${found}. ${remedy}`);
}

/** A place, and what is to be done. */
function line(at: number, event: string, remedy: string): string {
  return `warning events app/Listener.php:${at} names Laravel\\Reverb\\Events${event}, ` +
    `and Reverb's PHP events do not occur: no PHP process sees the clients. ${remedy}`;
}

const OPENED = "Use the webhook channel_occupied in its place";

test.each([
  ["ChannelCreated", OPENED],
  ["ChannelRemoved", "Use the webhook channel_vacated in its place"],
  ["ConnectionPruned", "Use the webhook connection_closed in its place, where its code is 4201"],
  [
    "MessageReceived",
    "Use the webhook client_event in its place, which comes for messages that are forwarded",
  ],
  ["MessageSent", "Read the metrics in its place: they count messages"],
  ["SomethingNew", "Use webhooks in their place"],
])("a listener of %s is named with file and line, and what to use instead", (name, remedy) => {
  expect(found(`namespace App;\n\nuse Laravel\\Reverb\\Events\\${name};\n`)).toEqual([
    line(5, `\\${name}`, remedy),
  ]);
});

test("all forms of a class's name are found", () => {
  expect(found(`use Laravel\\Reverb\\Events\\{\n    MessageSent as Sent,\n    ChannelCreated,\n};`)).toEqual([
    line(4, "\\MessageSent", "Read the metrics in its place: they count messages"),
    line(5, "\\ChannelCreated", OPENED),
  ]);
  expect(found(`Event::listen(\\Laravel\\Reverb\\Events\\ChannelCreated::class, fn () => 1);`)).toEqual([
    line(3, "\\ChannelCreated", OPENED),
  ]);
  expect(found(`Event::listen("Laravel\\\\Reverb\\\\Events\\\\ChannelCreated", 'x');`)).toEqual([
    line(3, "\\ChannelCreated", OPENED),
  ]);
  expect(found(`Event::listen('Laravel\\Reverb\\Events\\*', $a);\nuse Laravel\\Reverb\\Events;`)).toEqual([
    line(3, "", "Use webhooks in their place"),
    line(4, "", "Use webhooks in their place"),
  ]);
});

test("comments and other classes of Reverb are no listeners", () => {
  expect(found(
    `// Laravel\\Reverb\\Events\\MessageSent\n/**\n * @see Laravel\\Reverb\\Events\\MessageSent\n */\n` +
      `# Laravel\\Reverb\\Events\\MessageSent\nuse Laravel\\Reverb\\Pulse\\Recorders\\ReverbMessages;\n` +
      `use Laravel\\Reverb\\EventsElsewhere;`,
  )).toEqual([]);
});

test("ten places are named, and the rest is counted", () => {
  const lines = found("new \\Laravel\\Reverb\\Events\\MessageSent;\n".repeat(13));
  expect(lines).toHaveLength(11);
  expect(lines.at(-1)).toBe(
    'warning events 3 more places name events of Reverb. Search for "Reverb\\Events" in the application',
  );
});

test("the two events that the Composer package dispatches occur where its webhooks are enabled", () => {
  const text = "use Laravel\\Reverb\\Events\\{ChannelCreated, ChannelRemoved, MessageSent};";
  expect(found(text, true)).toEqual([
    line(3, "\\MessageSent", "Read the metrics in its place: they count messages"),
  ]);
});
