import { Glob } from "bun";
import { readFileSync } from "node:fs";
import { dirname } from "node:path";
import { findAvoidedWords } from "./words/avoided-words.ts";

/** Documents that the word list holds for. */
const DOCUMENTS = ["*.md", "docs/**/*.md", "src/**/README.md"];

/**
 * Checks a document, which `deno lint` does not read, and returns a line for each word of the list: `docs/tls.md:12:5 "the word"`.
 * For TypeScript the lint plugin has the same rule, scripts/words/plain-words.ts.
 */
export function checkDocument(path: string, text: string): readonly string[] {
  return findAvoidedWords(text).map(({ word, index }) => {
    const before = text.slice(0, index).split("\n");
    return `${path}:${before.length}:${before.at(-1)!.length + 1} "${word}"`;
  });
}

if (import.meta.main) {
  const root = dirname(import.meta.dir);
  const documents = DOCUMENTS.flatMap((pattern) => [...new Glob(pattern).scanSync({ cwd: root })]).sort();
  const findings = documents.flatMap((path) => checkDocument(path, readFileSync(`${root}/${path}`, "utf8")));
  for (const finding of findings) console.error(`${finding}: see scripts/words/avoided-words.ts`);
  if (findings.length > 0) process.exit(1);
  console.log(`${documents.length} documents without the words of scripts/words/avoided-words.ts`);
}
