import { lstatSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { errorReason } from "../failures/error-reason.ts";
import { readFoundFile } from "./found-file.ts";
import { prepareDirectory } from "./registry/runtime-file.ts";
import type { RuntimePlace } from "./registry/runtime-places.ts";

/** Bytes of a file that is read: both runtimes have room for such a text. */
const LARGEST = 500_000_000;

/** A file that was taken out of the spool. */
export interface SpoolFile {
  readonly text: string;
  /** Moves it to a name that no server reads; the answer is its path there. */
  setAside(): Promise<string>;
}

/** Texts that one server of a folder leaves for the next, as files beside the runtime file. A file is written whole or not at all, and only its owner may read it. */
export class SpoolFiles {
  readonly #places: readonly RuntimePlace[];
  readonly #pattern: RegExp;
  readonly #ending: string;
  #count = 0;

  /** `name` is what the texts are about, in lower-case letters. */
  constructor(places: readonly RuntimePlace[], name: string) {
    this.#places = places;
    this.#ending = `.${name}`;
    this.#pattern = new RegExp(`^\\d+-\\d+\\.${name}$`);
  }

  /** Writes a text into the first place that takes it. */
  put(text: string): Promise<
    { readonly kept: true; readonly place: string } | { readonly kept: false; readonly reason: string }
  > {
    const reasons: string[] = [];
    for (const { directory, prefix, ours } of this.#places) {
      const path = join(directory, `${prefix}${process.pid}-${++this.#count}${this.#ending}`);
      try {
        if (ours) prepareDirectory(directory);
        const draft = `${path}.new`;
        rmSync(draft, { force: true });
        writeFileSync(draft, text, { mode: 0o600, flag: "wx" });
        renameSync(draft, path);
        return Promise.resolve({ kept: true, place: path });
      } catch (error) {
        rmSync(`${path}.new`, { force: true });
        reasons.push(`${directory}: ${errorReason(error)}`);
      }
    }
    return Promise.resolve({ kept: false, reason: reasons.join("; ") });
  }

  /** Takes every text out. Several servers may do so at once: each text goes to one of them. */
  take(): Promise<readonly SpoolFile[]> {
    return Promise.resolve(this.#places.flatMap((place) => this.#takeFrom(place)));
  }

  #takeFrom({ directory, prefix }: RuntimePlace): SpoolFile[] {
    let names: string[];
    try {
      names = readdirSync(directory).filter((name) =>
        name.startsWith(prefix) && this.#pattern.test(name.slice(prefix.length))
      ).sort();
    } catch {
      // No such folder, or one that is closed to us: no server of ours has written there.
      return [];
    }
    return names.flatMap((name) => this.#takeFile(join(directory, name)) ?? []);
  }

  #takeFile(path: string): SpoolFile | undefined {
    const taken = `${path}.taken-${process.pid}`;
    try {
      const stats = lstatSync(path);
      // Every user may leave a file in /tmp, and a pipe or a link as well; a server takes only plain files of its own user.
      if (!stats.isFile() || !isOwn(stats.uid)) return undefined;
      if (stats.size > LARGEST) return tooLarge(path);
      renameSync(path, taken);
      // It is checked again once it is open, since another file may stand there now.
      const { text, owner } = readFoundFile(taken, LARGEST);
      if (!isOwn(owner)) return undefined;
      rmSync(taken);
      return { text, setAside: () => Promise.resolve(setAside(path, text)) };
    } catch {
      // Another server was faster.
      return undefined;
    }
  }
}

function isOwn(owner: number): boolean {
  const user = process.getuid?.();
  return user === undefined || owner === user;
}

/** A file that no text has room for is as useless as a damaged one. */
function tooLarge(path: string): SpoolFile {
  const aside = `${path}.damaged`;
  renameSync(path, aside);
  return { text: "", setAside: () => Promise.resolve(aside) };
}

function setAside(path: string, text: string): string {
  const aside = `${path}.damaged`;
  try {
    rmSync(aside, { force: true });
    writeFileSync(aside, text, { mode: 0o600, flag: "wx" });
    return aside;
  } catch (error) {
    return `no file (${errorReason(error)})`;
  }
}
