import { dlopen } from "bun:ffi";
import { PATIENCE } from "./patience.ts";
import { socketAddress } from "../../src/runtime/unix-datagram.ts";

/** A Unix socket that receives datagrams, as a service manager has one. Linux only. */
export interface DatagramReceiver extends Disposable {
  /** The next message that contains the text; those before it are passed over. Rejects after the wait, with what came. */
  next(containing: string, milliseconds?: number): Promise<string>;
  /** Everything that has come so far. */
  readonly received: readonly string[];
}

const AF_UNIX = 1;
const SOCK_DGRAM_CLOEXEC = 2 | 0o2000000;
const MSG_DONTWAIT = 0x40;
const LARGEST = 4096;
/** Milliseconds between two looks: neither Bun nor Node.js tells when such a socket can be read. */
const STEP = 5;

/** Binds a socket to a path, or to an abstract name that begins with `@`. */
export function receiveDatagrams(path: string): DatagramReceiver {
  const { symbols } = dlopen("libc.so.6", {
    socket: { args: ["i32", "i32", "i32"], returns: "i32" },
    bind: { args: ["i32", "ptr", "u32"], returns: "i32" },
    recv: { args: ["i32", "ptr", "u64", "i32"], returns: "i64" },
    close: { args: ["i32"], returns: "i32" },
  });
  const descriptor = symbols.socket(AF_UNIX, SOCK_DGRAM_CLOEXEC, 0);
  const address = socketAddress(path);
  if (symbols.bind(descriptor, address, address.length) !== 0) throw new Error(`Cannot bind to ${path}`);
  const received: string[] = [];
  let read = 0;
  const receive = (): void => {
    const buffer = new Uint8Array(LARGEST);
    for (;;) {
      const length = Number(symbols.recv(descriptor, buffer, LARGEST, MSG_DONTWAIT));
      if (length < 0) return;
      received.push(new TextDecoder().decode(buffer.subarray(0, length)));
    }
  };
  return {
    received,
    async next(containing, milliseconds = PATIENCE) {
      const deadline = performance.now() + milliseconds;
      for (;;) {
        receive();
        while (read < received.length) {
          const message = received[read++] ?? "";
          if (message.includes(containing)) return message;
        }
        if (performance.now() > deadline) {
          throw new Error(
            `No message with ${containing} within ${milliseconds} ms: ${JSON.stringify(received)}`,
          );
        }
        await Bun.sleep(STEP);
      }
    },
    [Symbol.dispose]: () => void symbols.close(descriptor),
  };
}
