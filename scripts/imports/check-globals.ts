import { GLOBAL_HOMES, PROCESS_MEMBER_HOMES } from "./rules.ts";
import type { Token } from "./tokenize.ts";

/** Words through which a program reaches its environment and its own end: `process.env`, `import.meta.env`, `Deno.exit`. */
const PROCESS_WORDS = new Set(["process", "Bun", "Deno", "meta"]);

/**
 * Finds globals used outside their home: `Bun` and `Deno` (also as types), the environment, the end of the process.
 *
 * @param home the file's folder under src/, or its own name when it lies directly in src/
 */
export function checkGlobals(path: string, home: string, tokens: readonly Token[]): readonly string[] {
  const findings: string[] = [];
  tokens.forEach((token, index) => {
    if (token.kind !== "word") return;
    const report = (name: string, allowed: string | undefined): void => {
      if (allowed === undefined || allowed === home) return;
      findings.push(`${path}:${token.line} uses ${name}: only ${asPlace(allowed)} may`);
    };
    if (!isMember(tokens, index)) report(token.text, GLOBAL_HOMES.get(token.text));
    if (!PROCESS_WORDS.has(token.text)) return;
    const member = memberAfter(tokens, index);
    if (member !== undefined) report(`${token.text}.${member}`, PROCESS_MEMBER_HOMES.get(member));
    else if (token.text === "process" && tokens[index - 1]?.text === "=" && tokens[index + 1]?.text !== "(") {
      findings.push(`${path}:${token.line} keeps the process object: name the member that is meant`);
    }
  });
  return findings;
}

/** True for `x.Bun`, false for `Bun` and `globalThis.Bun`. */
function isMember(tokens: readonly Token[], index: number): boolean {
  return tokens[index - 1]?.text === "." && tokens[index - 2]?.text !== "globalThis";
}

/** The `env` of `process.env`, `process?.env` and `process["env"]`. */
function memberAfter(tokens: readonly Token[], index: number): string | undefined {
  let at = index + 1;
  if (tokens[at]?.text === "?" && tokens[at + 1]?.text === ".") at++;
  const text = tokens[at]?.text;
  return text === "." || text === "[" ? tokens[at + 1]?.text : undefined;
}

/** A home as a finding names it: `http/` for a folder, `main.ts` for a top-level file. */
export function asPlace(home: string): string {
  return home.endsWith(".ts") ? home : `${home}/`;
}
