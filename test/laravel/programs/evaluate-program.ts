import { evaluatePhpFile } from "../../../src/php/evaluate-php-file.ts";
import { PhpConfigError } from "../../../src/php/php-config-error.ts";
import { PhpArray, type PhpValue } from "../../../src/php/php-value.ts";

/** What run-programs.php prints of a program, as we evaluate it; `{ refused }` where something in it is not supported. */
export function evaluateProgram(program: string, env: Readonly<Record<string, string>> = {}): unknown {
  try {
    return tagged(evaluatePhpFile(`<?php\nuse Illuminate\\Support\\{Arr, Env, Str};\n${program}`, {
      file: "config/program.php",
      basePath: "/srv/app",
      env: (name) => env[name],
    }));
  } catch (error) {
    if (!(error instanceof PhpConfigError)) throw error;
    return error.kind === "thrown" ? { thrown: true } : { refused: error.message };
  }
}

function tagged(value: PhpValue): unknown {
  if (value instanceof PhpArray) {
    return {
      array: [...value.entries()].map(([key, entry]) => [
        typeof key === "bigint" ? Number(key) : `s:${key}`,
        tagged(entry.value),
      ]),
    };
  }
  if (typeof value === "bigint") return { int: String(value) };
  if (typeof value === "number") return { float: floatTag(value) };
  if (value === null || typeof value !== "object") return value;
  switch (value.kind) {
    case "collection":
      return tagged(value.items);
    case "enum":
      return { enum: value.name };
    default:
      return { object: true };
  }
}

function floatTag(value: number): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? "NAN" : value > 0 ? "INF" : "-INF";
  const bytes = new DataView(new ArrayBuffer(8));
  bytes.setFloat64(0, value);
  return bytes.getBigUint64(0).toString(16).padStart(16, "0");
}
