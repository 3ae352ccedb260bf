import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "./server-target.ts";

/** README's block of code in a language that begins with a text, without the block's indentation. Throws when there is none. */
export function readmeCode(language: string, beginning: string): string {
  const readme = readFileSync(join(ROOT, "README.md"), "utf8");
  for (const [, indentation = "", of, code = ""] of readme.matchAll(/^( *)```(\w+)\n([^]*?)^ *```$/gm)) {
    const lines = code.split("\n").map((line) =>
      line.startsWith(indentation) ? line.slice(indentation.length) : line
    );
    if (of === language && lines[0]!.startsWith(beginning)) return lines.join("\n");
  }
  throw new Error(`README has no ${language} that begins with ${beginning}`);
}

/** The PHP that README shows for a place of a Laravel application: the block whose first line is a comment with that place, without it. */
export function readmePhp(place: string): string {
  const code = readmeCode("php", `// ${place}`);
  return code.slice(code.indexOf("\n") + 1);
}
