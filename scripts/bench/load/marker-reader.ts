const HASH = 0x23;
/** `#00000042#` */
const LENGTH = 10;

/** Finds the numbers of events, written as `#00000042#`, in a byte stream, however it is cut. */
export class MarkerReader {
  readonly #found: (number: number) => void;
  #rest: Buffer | undefined;

  constructor(found: (number: number) => void) {
    this.#found = found;
  }

  take(piece: Buffer): void {
    const bytes = this.#rest === undefined ? piece : Buffer.concat([this.#rest, piece]);
    this.#rest = undefined;
    for (let at = bytes.indexOf(HASH); at !== -1; at = bytes.indexOf(HASH, at)) {
      if (at + LENGTH > bytes.length) {
        this.#rest = Buffer.from(bytes.subarray(at));
        return;
      }
      if (bytes[at + LENGTH - 1] === HASH) {
        this.#found(Number(bytes.toString("latin1", at + 1, at + LENGTH - 1)));
        at += LENGTH;
      } else at++;
    }
  }
}
