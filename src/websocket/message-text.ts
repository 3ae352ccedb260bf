const DECODER = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** The text in a binary frame, which is a message as in Reverb: microcontrollers send such frames. `undefined` where it is none. */
export function decodeText(frame: Uint8Array): string | undefined {
  try {
    return DECODER.decode(frame);
  } catch {
    return undefined; // Not UTF-8.
  }
}

/** Whether a frame has more bytes than allowed. The UTF-8 bytes of a text are counted only when its length leaves it open. */
export function exceeds(frame: string | Uint8Array, maxBytes: number): boolean {
  if (typeof frame !== "string") return frame.byteLength > maxBytes;
  if (frame.length > maxBytes) return true;
  return frame.length * 3 > maxBytes && Buffer.byteLength(frame) > maxBytes;
}
