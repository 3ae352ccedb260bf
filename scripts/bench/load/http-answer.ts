/** Reads one HTTP answer with a `Content-Length` from the pieces in which it arrives. */
export class HttpAnswer {
  status = 0;
  /** `undefined` until all of it is there. */
  body: string | undefined;
  /** Whether the server will close the connection behind this answer: it says so, or it answers in HTTP/1.0 (as Reverb does). */
  closes = false;
  #text = "";

  /** Takes the next piece. Throws when the answer has no `Content-Length`. */
  take(piece: Buffer): void {
    this.#text = this.#text === "" ? piece.toString("latin1") : this.#text + piece.toString("latin1");
    const end = this.#text.indexOf("\r\n\r\n");
    if (end === -1) return;
    this.status = Number(this.#text.slice(9, 12));
    const head = this.#text.slice(0, end);
    const length = /\r\ncontent-length: *(\d+)/i.exec(head)?.[1];
    if (length === undefined) throw new Error(`An answer without Content-Length: ${head}`);
    const connection = /\r\nconnection: *([\w-]+)/i.exec(head)?.[1]?.toLowerCase();
    this.closes = head.startsWith("HTTP/1.0") ? connection !== "keep-alive" : connection === "close";
    const body = this.#text.slice(end + 4);
    if (body.length >= Number(length)) this.body = body;
  }
}
