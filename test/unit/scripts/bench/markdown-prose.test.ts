import { describe, expect, test } from "bun:test";
import { bullets, paragraph } from "../../../../scripts/bench/report/markdown-prose.ts";

describe("prose in Markdown", () => {
  test("lines are broken before the word that would be longer than the formatter allows", () => {
    const words = "x".repeat(54);
    expect(paragraph(`${words} ${words} y`)).toBe(`${words} ${words}\ny`);
    expect(paragraph(`${words} ${words}y z`)).toBe(`${words} ${words}y\nz`);
    expect(paragraph(`${words} ${words}yy z`)).toBe(`${words}\n${words}yy z`);
  });

  test("an item's further lines stand under its first word", () => {
    const word = "x".repeat(80);
    expect(bullets(["one", `${word} ${word}`])).toBe(`- one\n- ${word}\n  ${word}`);
  });
});
