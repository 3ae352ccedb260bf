import { Engine } from "php-parser";
import { type AstNode, isNode } from "./ast-node.ts";
import { toText } from "./byte-string.ts";
import { limits } from "./limits.ts";
import { PhpConfigError } from "./php-config-error.ts";

/** Parses PHP source given as a byte string. Throws {@link PhpConfigError} for whatever php-parser does not accept. */
export function parsePhp(source: string, file: string): AstNode {
  if (source.length > limits.sourceBytes) {
    throw new PhpConfigError(file, 1, `the file is larger than ${limits.sourceBytes} bytes`);
  }
  const engine = new Engine({
    parser: { extractDoc: false, suppressErrors: false, version: 803 },
    ast: { withPositions: true },
    lexer: { short_tags: false },
  });
  let program: unknown;
  try {
    program = engine.parseCode(source, file);
  } catch (error) {
    throw asConfigError(error, file);
  }
  if (!isNode(program)) throw new PhpConfigError(file, 1, "the file could not be parsed");
  return program;
}

function asConfigError(error: unknown, file: string): PhpConfigError {
  if (error instanceof RangeError) return new PhpConfigError(file, 1, "the file is nested too deeply", error);
  if (!(error instanceof Error)) return new PhpConfigError(file, 1, "the file could not be parsed", error);
  const line = "lineNumber" in error && typeof error.lineNumber === "number" ? error.lineNumber : 1;
  const message = error.message.replace(/^Parse Error\s*:\s*/, "").replace(/ on line \d+$/, "");
  return new PhpConfigError(file, line, toText(message) ?? "syntax error", error);
}
