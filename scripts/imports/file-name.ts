import type { RuleContext, Visitor } from "../lint/lint-api.ts";
import { roomOf } from "./places.ts";
import { EMPTY_NAMES, FOLDER_RULES } from "./rules.ts";

/** Names that a tool or a reader expects to be written so. */
const GIVEN_NAMES: readonly string[] = ["README.md"];

/** Every file lies in a room that has a row, and the names in its path are kebab-case and say what is inside. */
export function fileName(path: string, context: RuleContext): Visitor {
  return {
    Program: (node) => {
      for (const message of checkName(path)) {
        context.report({ range: [node.range[0], node.range[0]], message });
      }
    },
  };
}

/** What is wrong with the path of a file (`src/http/app.ts`), empty when all is well. */
export function checkName(path: string): readonly string[] {
  const findings: string[] = [];
  const room = roomOf(path);
  if (room !== undefined && !FOLDER_RULES.has(room)) {
    findings.push(`${room} has no row in scripts/imports/rules.ts`);
  }
  for (const name of path.split("/").slice(1)) {
    const stem = name.replace(/\..*$/, "");
    if (!/^[a-z0-9]+(-[a-z0-9]+)*(\.[a-z0-9]+)*$/.test(name) && !GIVEN_NAMES.includes(name)) {
      findings.push(`${name} is not kebab-case`);
    }
    const emptyName = EMPTY_NAMES.find((word) => stem === word || stem.endsWith(`-${word}`));
    if (emptyName !== undefined) findings.push(`"${emptyName}" says nothing about what is inside`);
  }
  return findings;
}
