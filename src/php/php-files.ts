/** What is at a path, links followed. */
export interface FoundAtPath {
  readonly kind: "file" | "folder" | "other";
  /** Bytes of a file. */
  readonly size: number;
  /** The path without links. */
  readonly realPath: string;
  readonly readable: boolean;
}

/** The disk as far as a configuration file may look at it; all paths are absolute text. */
export interface PhpFiles {
  /** `undefined` where nothing is, or nothing that may be looked at. */
  look(path: string): FoundAtPath | undefined;
  /** The bytes of a plain file, `most` of them at most. Throws the system's error. */
  readBytes(path: string, most: number): Uint8Array;
}
