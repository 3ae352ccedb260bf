import { expect, test } from "bun:test";
import fc from "../../support/fast-check.ts";
import {
  type ChannelAccess,
  channelKind,
  channelNameFault,
  kindInReverb,
  userOfChannel,
} from "../../../src/protocol/channel-name.ts";

const kinds: readonly [name: string, access: ChannelAccess, cached: boolean][] = [
  ["orders", "public", false],
  ["cache-prices", "public", true],
  ["private-a", "private", false],
  ["private-cache-a", "private", true],
  ["private-encrypted-a", "private", false],
  ["private-encrypted-cache-a", "private", true],
  ["presence-a", "presence", false],
  ["presence-cache-a", "presence", true],
  ["#server-to-user-42", "user", false],
  // The dash belongs to the prefix; Reverb matches without it.
  ["privateer", "public", false],
  ["presences", "public", false],
  ["cached", "public", false],
  ["private-cached", "private", false],
  ["Private-a", "public", false],
  [" private-a", "public", false],
  ["xcache-a", "public", false],
  ["private-presence-a", "private", false],
  ["cache-private-a", "public", true],
  ["private-", "private", false],
];

test.each([...kinds])("%j is %s, cached: %p", (name, access, cached) => {
  expect(channelKind(name)).toEqual({ access, cached });
});

test.each([
  ["a"],
  ["private-a.b,c;d=e@f_g-h"],
  ["a".repeat(200)],
  // Characters are counted, not code units.
  ["\u{1F69A}".repeat(200)],
  ["a channel with spaces / and ünïcode"],
  ["#server-to-user-42"],
  ["a#b"],
])("%j is a valid channel name", (name) => {
  expect(channelNameFault(name, 200)).toBeUndefined();
});

test.each([
  ["", "empty"],
  ["a".repeat(201), "at most 200"],
  ["\u{1F69A}".repeat(201), "at most 200"],
  ["a\nb", "control"],
  ["a\0", "control"],
  ["\u007f", "control"],
  ["\u0085", "control"],
  ["a\ud800", "well-formed"],
  ["\udc00\ud800", "well-formed"],
  ["#", "reserved"],
  ["#x", "reserved"],
  ["#server-to-user-", "reserved"],
  ["#server-to-user", "reserved"],
])("%j is not a valid channel name: %s", (name, reason) => {
  expect(channelNameFault(name, 200)).toContain(reason);
});

test("an accepted name has 1 to 200 characters, no control character, and is the same after UTF-8", () => {
  fc.assert(fc.property(fc.string({ unit: "binary", maxLength: 205 }), (name) => {
    const fault = channelNameFault(name, 200);
    if (fault !== undefined) return;
    const characters = [...name];
    expect(characters.length).toBeWithin(1, 201);
    expect(characters.every((each) => each >= " ")).toBeTrue();
    expect(new TextDecoder().decode(new TextEncoder().encode(name))).toBe(name.replace(/^\ufeff/, ""));
  }));
});

test("without a limit a name may be of any length", () => {
  expect(channelNameFault("a".repeat(10_000))).toBeUndefined();
  expect(channelNameFault("a".repeat(10_000) + "\n")).toContain("control");
});

test.each(
  [
    ["privateer", "private"],
    ["private", "private"],
    ["private_orders.1", "private"],
    ["presences", "presence"],
    ["cached", "cache"],
    ["private-orders", undefined],
    ["presence-", undefined],
    ["cache-a", undefined],
    ["Privateer", undefined],
    ["my-privateer", undefined],
    ["orders", undefined],
  ] as const,
)("Reverb takes %j for another kind of channel: %p", (name, kind) => {
  expect(kindInReverb(name)).toBe(kind);
});

test("only the channel of a user has a user", () => {
  expect(userOfChannel("#server-to-user-42")).toBe("42");
  expect(userOfChannel("#server-to-user-a-b")).toBe("a-b");
  expect(userOfChannel("server-to-user-42")).toBeUndefined();
  expect(userOfChannel("private-#server-to-user-42")).toBeUndefined();
});
