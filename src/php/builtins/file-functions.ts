import { toBytes } from "../values/byte-string.ts";
import { allowArray } from "../limits.ts";
import { PhpFault } from "../php-config-error.ts";
import { PhpArray, type PhpValue } from "../php-value.ts";
import type { Arguments } from "./arguments.ts";
import { type Behaviour, type BuiltinTable, defineBuiltins, type Host } from "./builtin.ts";
import { resolve } from "./environment.ts";

/** PHP's functions that look at files, and Laravel's `config()`. They see the application's folder and `/run/secrets`. */
export const fileFunctions: BuiltinTable = defineBuiltins({
  "file_exists(filename)": asking("file_exists", () => true),
  "is_file(filename)": asking("is_file", ({ kind }) => kind === "file"),
  "is_dir(filename)": asking("is_dir", ({ kind }) => kind === "folder"),
  "is_readable(filename)": asking("is_readable", ({ readable }) => readable),
  "filesize(filename)": asking("filesize", ({ kind, size }) => {
    if (kind !== "file") throw new PhpFault("filesize() of what is no plain file is not supported");
    return BigInt(size);
  }),
  "realpath(path)": asking("realpath", ({ realPath }) => toBytes(realPath)),
  "file_get_contents(filename, use_include_path?, context?, offset?, length?)": (args, host) => {
    const text = host.files.read(args.string(0), "file_get_contents()");
    if (text === undefined) return false;
    const from = Number(args.int(3)), length = args.optionalInt(4);
    return text.slice(from, length === undefined ? undefined : from + Number(length));
  },
  "file(filename, flags?, context?)": (args, host) => lines(args, host),
  "config(key?, default?)": (args, host) => {
    const key = args.value(0);
    if (typeof key !== "string") throw new PhpFault("config() without the name of a value is not supported");
    const found = host.config(key);
    return found === undefined ? resolve(args.value(1), host) : found;
  },
});

type Found = NonNullable<ReturnType<Host["files"]["look"]>>;

/** A function that answers false where nothing is. */
function asking(name: string, answer: (found: Found) => PhpValue): Behaviour {
  return (args, host) => {
    const found = host.files.look(args.string(0), `${name}()`);
    return found === undefined ? false : answer(found);
  };
}

/** `file()`: FILE_IGNORE_NEW_LINES is 2, FILE_SKIP_EMPTY_LINES 4. */
function lines(args: Arguments, host: Host): PhpValue {
  const text = host.files.read(args.string(0), "file()"), flags = args.int(1);
  if (text === undefined) return false;
  const all = text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
  allowArray(all.length);
  const kept = (flags & 2n) === 0n ? all : all.map((line) => line.replace(/\r?\n$/, ""));
  return PhpArray.list((flags & 6n) === 6n ? kept.filter((line) => line !== "") : kept, host.origin);
}
