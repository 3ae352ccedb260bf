import { expect, test } from "bun:test";
import { parseUrl } from "../../../../src/php/builtins/parse-url.ts";

// What PHP 8.2 answers. 60,000 random texts of these characters were compared with it when this was written.
test.each<[string, Readonly<Record<string, string>> | false]>([
  ["redis://u:p@h:6380/1?x=y#z", {
    scheme: "redis",
    host: "h",
    port: "6380",
    user: "u",
    pass: "p",
    path: "/1",
    query: "x=y",
    fragment: "z",
  }],
  ["h:6380", { host: "h", port: "6380" }],
  ["h:6380/2?database=5", { host: "h", port: "6380", path: "/2", query: "database=5" }],
  ["//h:6380", { host: "h", port: "6380" }],
  ["80@80/b:6379", { host: "80", port: "6379", user: "80", path: "/b:6379" }],
  ["//a:b:c@[::1]:1", { host: "[::1]", port: "1", user: "a", pass: "b:c" }],
  ["mailto:a", { scheme: "mailto", path: "a" }],
  ["h:123456", { scheme: "h", path: "123456" }],
  ["h:", { scheme: "h" }],
  ["h:/", { scheme: "h", path: "/" }],
  ["file:///c:/x", { scheme: "file", path: "c:/x" }],
  ["file:///x", { scheme: "file", path: "/x" }],
  ["a?b:80", { path: "a", query: "b:80" }],
  ["h", { path: "h" }],
  ["", { path: "" }],
  ["//a:8x", { host: "a", port: "8" }],
  ["//a:", { host: "a" }],
  [":6390", false],
  ["/:80", false],
  [":", false],
  ["h:65536", false],
  ["//h:x", false],
  ["//:80", false],
  ["http:///x", false],
])("%j", (url, expected) => {
  const parts = parseUrl(url);
  expect(
    parts === undefined ? false : Object.fromEntries([...parts].map(([name, part]) => [name, String(part)])),
  )
    .toEqual(expected);
});
