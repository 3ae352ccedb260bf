import { createRequire } from "node:module";
import { type AstNode, isNode } from "./ast-node.ts";
import { toText } from "../values/byte-string.ts";
import { limits } from "../limits.ts";
import { PhpConfigError } from "../php-config-error.ts";

type PhpParser = typeof import("php-parser");

let loaded: PhpParser | undefined;

/** Parses PHP source given as a byte string. Throws {@link PhpConfigError} for source that php-parser does not accept. */
export function parsePhp(source: string, file: string): AstNode {
  if (source.length > limits.sourceBytes) {
    throw new PhpConfigError(file, 1, "limit", `the file is larger than ${limits.sourceBytes} bytes`);
  }
  const { Engine } = phpParser();
  const engine = new Engine({
    parser: { extractDoc: false, suppressErrors: false, version: 803 },
    ast: { withPositions: true },
    lexer: { short_tags: false },
  });
  const { lexer, parser, ast } = engine;
  let fuel = 10_000 + limits.parserSteps * source.length;
  const burn = (): void => {
    if (--fuel < 0) {
      throw new PhpConfigError(
        file,
        1,
        "limit",
        "the code is too involved, or something in it is not closed",
      );
    }
  };
  // php-parser never ends on some malformed input, such as an attribute that is not closed (`#[`).
  meter(lexer, "input", burn);
  meter(lexer, "lex", burn);
  meter(parser, "node", burn);
  meter(parser, "expect", burn);
  // Regrouping a long chain of operators takes it quadratic time.
  meter(ast, "resolvePrecedence", burn);
  let program: unknown;
  try {
    program = engine.parseCode(source, file);
  } catch (error) {
    throw error instanceof PhpConfigError ? error : asConfigError(error, file);
  }
  if (!isNode(program)) throw new PhpConfigError(file, 1, "syntax", "the file could not be parsed");
  return program;
}

/** Makes one method of one object of php-parser call `burn` first. */
function meter(target: object, name: string, burn: () => void): void {
  const method: unknown = Reflect.get(target, name);
  if (typeof method !== "function") throw new TypeError(`php-parser has no ${name}()`);
  Object.defineProperty(target, name, {
    value: function (this: unknown, ...args: readonly unknown[]): unknown {
      burn();
      return Reflect.apply(method, this, args);
    },
  });
}

function asConfigError(error: unknown, file: string): PhpConfigError {
  if (error instanceof RangeError) {
    return new PhpConfigError(file, 1, "limit", "the file is nested too deeply", error);
  }
  if (!(error instanceof Error)) {
    return new PhpConfigError(file, 1, "syntax", "the file could not be parsed", error);
  }
  const line = "lineNumber" in error && typeof error.lineNumber === "number" ? error.lineNumber : 1;
  // Only the messages of its syntax errors explain something; any other error is a defect of php-parser on malformed input.
  if (error.name !== "SyntaxError") {
    return new PhpConfigError(file, line, "syntax", "the file could not be parsed", error);
  }
  const message = error.message.replace(/^Parse Error\s*:\s*/, "").replace(/ on line \d+$/, "");
  return new PhpConfigError(file, line, "syntax", toText(message) ?? "syntax error", error);
}

/**
 * php-parser, loaded for the first PHP file: a server without one starts with 35 ms of CPU in place of 38, and is 1 MB smaller. It is
 * loaded by `require`, since a configuration is read without `await`.
 */
function phpParser(): PhpParser {
  return loaded ??= load();
}

function load(): PhpParser {
  // Bun has `require` in every module, and includes the package in the executable only where the name is a literal. Deno has to make one.
  if (typeof require === "function") return require("php-parser") as PhpParser;
  return createRequire(import.meta.url)("php-parser") as PhpParser;
}
