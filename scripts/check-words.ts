import { Glob } from "bun";
import { readFileSync } from "node:fs";
import { dirname, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { findAvoidedWords } from "./words/avoided-words.ts";

/** How many of the avoided words there may still be. It only goes down. */
const CEILING = 39;

/** Documents that the word list holds for. */
const DOCUMENTS = ["*.md", "docs/**/*.md", "src/**/README.md"];

/** A word of the list as one line: `src/server.ts:12:5 "the word"`. */
type Finding = string;

/** Finds the avoided words in Markdown. */
export function checkDocument(path: string, text: string): readonly Finding[] {
  return findAvoidedWords(text).map(({ word, index }) => {
    const before = text.slice(0, index).split("\n");
    return `${path}:${before.length}:${before.at(-1)!.length + 1} "${word}"`;
  });
}

/** The findings of the lint rule, which deno.json leaves out while there are still some. */
function sourceFindings(root: string, paths: readonly string[]): readonly Finding[] {
  const command = [`${root}/node_modules/.bin/deno`, "lint", "--json", "--rules-exclude=resound/file-name"];
  const { stdout, stderr } = Bun.spawnSync([...command, ...paths], { cwd: root });
  const text = stdout.toString();
  if (text === "") throw new Error(`deno lint failed: ${stderr}`);
  const { diagnostics } = JSON.parse(text) as {
    readonly diagnostics: readonly {
      readonly filename: string;
      readonly message: string;
      readonly code: string;
      readonly range: { readonly start: { readonly line: number; readonly col: number } };
    }[];
  };
  return diagnostics.filter(({ code }) => code === "resound/plain-words").map(
    ({ filename, message, range: { start } }) =>
      `${relative(root, fileURLToPath(filename))}:${start.line}:${start.col + 1} ${
        message.replace(/ leaves .*/, "")
      }`,
  );
}

if (import.meta.main) {
  const root = dirname(import.meta.dir), only = process.argv.slice(2);
  const documents = DOCUMENTS.flatMap((pattern) => [...new Glob(pattern).scanSync({ cwd: root })]).sort()
    .filter((path) => only.length === 0 || only.some((start) => path.startsWith(start)));
  const sources = only.filter((path) => !path.endsWith(".md"));
  const findings = [
    ...documents.flatMap((path) => checkDocument(path, readFileSync(`${root}/${path}`, "utf8"))),
    ...(only.length > 0 && sources.length === 0 ? [] : sourceFindings(root, sources)),
  ];
  const isTooMany = findings.length > CEILING;
  if (isTooMany || only.length > 0) { for (const finding of findings) console.log(finding); }
  console.log(`${findings.length} avoided words (scripts/words/avoided-words.ts), at most ${CEILING}`);
  if (isTooMany) process.exitCode = 1;
}
