import { toBytes, toText } from "../values/byte-string.ts";
import { createMachine } from "./create-machine.ts";
import { PhpConfigError, PhpFault, PhpLimit } from "../php-config-error.ts";
import { PhpThrow } from "../php-throw.ts";
import type { PhpFiles } from "../php-files.ts";
import type { PhpValue } from "../php-value.ts";
import { readProgram } from "../parse/read-program.ts";
import { Scope } from "./scope.ts";
import { textValue } from "../values/text-value.ts";

/** What a configuration file may ask about its surroundings. */
export interface EvaluateOptions {
  /** Name for messages, relative to `basePath`: `config/reverb.php`. */
  readonly file: string;
  /** Raw value of an environment variable as `.env` or the process has it, `undefined` when it is not set. */
  readonly env: (name: string) => string | undefined;
  /** The Laravel application's folder, absolute. */
  readonly basePath: string;
  /** Value of `PHP_OS_FAMILY`; `Linux` when left out. */
  readonly osFamily?: string;
  /** Answer of `gethostname()`, which is refused when left out. */
  readonly hostname?: string;
  /** The disk; without it no file can be looked at. */
  readonly files?: PhpFiles;
  /** Hears of each statement that was left out since something in it is not supported, with its place. */
  readonly warn?: (message: string) => void;
}

/** Does the work of `evaluatePhpFile`, which loads this file. */
export function runPhpFile(source: string, options: EvaluateOptions): PhpValue {
  const { file } = options;
  const basePath = toBytes(options.basePath.replace(/[\\/]+$/, ""));
  const path = file.startsWith("/") ? toBytes(file) : `${basePath}/${toBytes(file)}`;
  try {
    const program = readProgram(toBytes(source.replace(/^\ufeff/, "")), file, path);
    const settings = {
      env: (name: string) => {
        const value = options.env(name);
        return value === undefined ? undefined : toBytes(value);
      },
      basePath,
      osFamily: toBytes(options.osFamily ?? "Linux"),
      hostname: options.hostname === undefined ? undefined : toBytes(options.hostname),
    };
    const machine = createMachine({ settings, file, files: options.files, warn: options.warn ?? (() => {}) });
    return textValue(machine.runFile(program, new Scope({ name: file, path, isMain: true })), file, 1);
  } catch (error) {
    throw asConfigError(error, file);
  }
}

function asConfigError(error: unknown, file: string): PhpConfigError {
  if (error instanceof PhpConfigError) return error;
  if (error instanceof PhpThrow) {
    const { file: where = file, line = 1 } = error.place ?? {};
    return new PhpConfigError(where, line, "thrown", toText(error.reason) ?? error.reason, error);
  }
  if (error instanceof PhpFault) {
    return new PhpConfigError(
      file,
      1,
      error instanceof PhpLimit ? "limit" : "unsupported",
      error.message,
      error,
    );
  }
  const reason = error instanceof RangeError ? "the code is nested too deeply" : "the code is not understood";
  return new PhpConfigError(file, 1, "limit", reason, error);
}
