import { posix } from "node:path";
import { toBytes, toText } from "../values/byte-string.ts";
import { limits } from "../limits.ts";
import { PhpFault } from "../php-config-error.ts";
import type { FoundAtPath, PhpFiles } from "../php-files.ts";
import { readProgram } from "../parse/read-program.ts";
import type { SourceFile } from "./scope.ts";
import type { Block } from "../parse/syntax.ts";

/** Where Docker and Kubernetes put secrets. */
const SECRETS = "/run/secrets";

/** A PHP file that another one includes. */
export interface IncludedFile {
  readonly file: SourceFile;
  readonly program: Block;
  readonly bytes: number;
}

/** Looks at files of the application's folder and of `/run/secrets`, and at no others: not through `..` and not through links. */
export class FileAccess {
  readonly #files: PhpFiles | undefined;
  /** The application's folder, as text. */
  readonly #base: string;
  readonly #included = new Map<string, IncludedFile>();

  constructor(files: PhpFiles | undefined, basePath: string) {
    this.#files = files;
    this.#base = toText(basePath) ?? basePath;
  }

  /** False where no file can be looked at. */
  get hasDisk(): boolean {
    return this.#files !== undefined;
  }

  /** What is at a path, a byte string; relative ones begin in the application's folder, where artisan runs. */
  look(path: string, asker: string): FoundAtPath | undefined {
    const text = toText(path)?.replace(/^file:\/\//, "");
    if (text === undefined || /\0|^[a-z][a-z0-9+.-]+:/i.test(text)) this.#refuse(path, asker);
    if (text === "") return undefined;
    const absolute = posix.resolve(this.#base, text).replace(/^\/var\/run\/secrets(?=\/|$)/, SECRETS);
    if (!isInside(absolute, this.#base) && !isInside(absolute, SECRETS)) this.#refuse(path, asker);
    const disk = this.#files;
    if (disk === undefined) throw new PhpFault(`${asker} is not supported where there is no disk`);
    const found = attempt(() => disk.look(absolute), path, asker);
    if (found === undefined) return undefined;
    const roots = [this.#base, SECRETS].map((root) => disk.look(root)?.realPath ?? root);
    if (!roots.some((root) => isInside(found.realPath, root))) this.#refuse(path, asker);
    return found;
  }

  /** The bytes of a file; `undefined` where there is none that can be read, as PHP answers false. */
  read(path: string, asker: string): string | undefined {
    const found = this.look(path, asker);
    if (found === undefined || !found.readable) return undefined;
    if (found.kind !== "file") {
      throw new PhpFault(`${asker} of "${path}", which is no plain file, is not supported`);
    }
    if (found.size > limits.stringBytes) {
      throw new PhpFault(
        `${asker} of "${path}", which is larger than ${limits.stringBytes} bytes, is not supported`,
      );
    }
    const bytes = attempt(() => this.#files?.readBytes(found.realPath, limits.stringBytes), path, asker);
    return bytes === undefined ? undefined : Buffer.from(bytes).toString("latin1");
  }

  /** A PHP file, parsed once; `undefined` where there is none that can be read. */
  open(path: string, asker: string): IncludedFile | undefined {
    const found = this.look(path, asker);
    if (found === undefined) return undefined;
    const known = this.#included.get(found.realPath);
    if (known !== undefined) return known;
    const source = this.read(path, asker);
    if (source === undefined) return undefined;
    const base = this.#files?.look(this.#base)?.realPath ?? this.#base;
    const name = isInside(found.realPath, base) ? found.realPath.slice(base.length + 1) : found.realPath;
    const file = { name, path: toBytes(found.realPath), isMain: false };
    const program = readProgram(source.replace(/^\xef\xbb\xbf/, ""), name, file.path);
    const included = { file, program, bytes: source.length };
    this.#included.set(found.realPath, included);
    return included;
  }

  #refuse(path: string, asker: string): never {
    throw new PhpFault(
      `${asker} of "${path}", which is not in the application's folder or ${SECRETS}, is not supported`,
    );
  }
}

/** The disk's answer; an error of the system is one of the expression. */
function attempt<T>(ask: () => T, path: string, asker: string): T {
  try {
    return ask();
  } catch (error) {
    const reason = error instanceof Error ? toBytes(error.message) : "the system says no more";
    throw new PhpFault(`${asker} of "${path}" has failed: ${reason}`);
  }
}

function isInside(path: string, folder: string): boolean {
  return path === folder || path.startsWith(folder.endsWith("/") ? folder : `${folder}/`);
}
