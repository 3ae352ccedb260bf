import {
  accessSync,
  closeSync,
  constants,
  fchmodSync,
  fchownSync,
  fstatSync,
  fsyncSync,
  openSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  type Stats,
  statSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import { errorCode, errorReason } from "../../failures/error-reason.ts";

/** A file could not be replaced and is as it was; the message is for the operator. */
export class ReplaceFileError extends Error {
  override readonly name = "ReplaceFileError";
}

/**
 * Replaces a file at once: a reader sees the old content or the new, never a half. The old content is kept beside it. Mode,
 * owner and group stay; a symbolic link stays one and its target is replaced (a `.env` that releases share). Returns the path of
 * the copy. Throws a `ReplaceFileError` after which nothing has changed.
 *
 * @param expected what the file held when the new content was made from it
 */
export function replaceFile(path: string, expected: Uint8Array, content: Uint8Array): string {
  const made: string[] = [];
  try {
    const target = realpathSync(path);
    // A rename asks only for the folder's permission; a file that was made read-only means it.
    accessSync(target, constants.W_OK);
    const original = statSync(target);
    const copy = createLike(original, backupNames(target), expected);
    made.push(copy);
    const fresh = createLike(
      original,
      [join(dirname(target), `.${basename(target)}.${process.pid}.new`)],
      content,
    );
    made.push(fresh);
    if (!readFileSync(target).equals(expected)) {
      throw new ReplaceFileError("it was changed meanwhile; run this again");
    }
    renameSync(fresh, target);
    return copy;
  } catch (error) {
    for (const file of made) rmSync(file, { force: true });
    throw new ReplaceFileError(`Cannot write ${path}: ${errorReason(error)}. Nothing was changed.`, {
      cause: error,
    });
  }
}

/** `.env.backup` is in the `.gitignore` of every Laravel application; a copy that is there already is never touched. */
function* backupNames(path: string): Generator<string> {
  yield `${path}.backup`;
  for (let number = 2; number <= 1000; number++) yield `${path}.backup.${number}`;
}

/** Creates a file under the first free name, with the mode, owner and group of another. */
function createLike(original: Stats, names: Iterable<string>, content: Uint8Array): string {
  for (const name of names) {
    const descriptor = openNew(name);
    if (descriptor === undefined) continue;
    try {
      const { uid, gid } = fstatSync(descriptor);
      if (uid !== original.uid || gid !== original.gid) keepOwner(descriptor, original);
      fchmodSync(descriptor, original.mode & 0o7777);
      writeFileSync(descriptor, content);
      fsyncSync(descriptor);
      return name;
    } catch (error) {
      rmSync(name, { force: true });
      throw error;
    } finally {
      closeSync(descriptor);
    }
  }
  throw new ReplaceFileError("every name for a copy is taken; remove old copies");
}

function openNew(name: string): number | undefined {
  try {
    return openSync(name, "wx", 0o600);
  } catch (error) {
    if (errorCode(error) === "EEXIST") return undefined;
    throw error;
  }
}

function keepOwner(descriptor: number, { uid, gid }: Stats): void {
  try {
    fchownSync(descriptor, uid, gid);
  } catch (error) {
    throw new ReplaceFileError(`it belongs to user ${uid} and group ${gid}; run this as that user`, {
      cause: error,
    });
  }
}
