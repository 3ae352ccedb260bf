import { closeSync, readdirSync } from "node:fs";
import { openNothing } from "../../monitoring/open-file-count.ts";
import type { AcceptQueues } from "../accept-queues.ts";
import { openFirstLibc } from "../libc.ts";

// Linux's numbers, the same on all its processors that we build for.
const SOL_SOCKET = 1;
const SO_ACCEPTCONN = 30;
const SOCK_CLOEXEC = 0o2000000;
const SOCK_NONBLOCK = 0o4000;

/** Connections of one socket that are turned away at a time, so that other work is not kept waiting. */
const AT_ONCE = 1000;

/** The functions of the C library that this needs. */
interface Calls {
  /** The descriptor of a connection that waits, below 0 when there is none or no file is left. */
  accept(socket: number): number;
  close(descriptor: number): void;
  /** Whether a descriptor is a socket that listens. */
  listens(descriptor: number): boolean;
}

/** The accept queues of this process on Linux. Accepting takes a file, so one is kept open in reserve from the start. */
export class BunAcceptQueues implements AcceptQueues {
  #spare = openNothing();
  #calls: Calls | undefined;
  #listening: readonly number[] = [];

  async find(): Promise<void> {
    // Loaded only here: no other runtime has it.
    const ffi = await import("bun:ffi");
    this.#withSpare(() => {
      const calls = this.#calls ??= openCalls(ffi);
      this.#listening = readdirSync("/proc/self/fd").map(Number).filter(calls.listens);
    });
  }

  turnAway(): number {
    const calls = this.#calls, free = openNothing();
    if (free !== undefined) {
      if (this.#spare === undefined) this.#spare = free;
      else closeSync(free);
      return 0;
    }
    if (calls === undefined) return 0;
    let turnedAway = 0;
    this.#withSpare(() => {
      for (const socket of this.#listening) {
        for (let count = 0; count < AT_ONCE; count++) {
          const connection = calls.accept(socket);
          if (connection < 0) break;
          calls.close(connection);
          turnedAway++;
        }
      }
    });
    return turnedAway;
  }

  /** Closes the file that is kept in reserve while another is needed. */
  #withSpare(use: () => void): void {
    if (this.#spare !== undefined) closeSync(this.#spare);
    try {
      use();
    } finally {
      this.#spare = openNothing();
    }
  }
}

/** Opens the C library. Throws where there is none. */
function openCalls({ dlopen }: typeof import("bun:ffi")): Calls {
  const { accept4, close, getsockopt } = openFirstLibc((name) =>
    dlopen(name, {
      accept4: { args: ["i32", "ptr", "ptr", "i32"], returns: "i32" },
      close: { args: ["i32"], returns: "i32" },
      getsockopt: { args: ["i32", "i32", "i32", "ptr", "ptr"], returns: "i32" },
    })
  ).symbols;
  const answer = new Int32Array(1), length = new Int32Array(1);
  return {
    accept: (socket) => accept4(socket, null, null, SOCK_CLOEXEC | SOCK_NONBLOCK),
    close: (descriptor) => void close(descriptor),
    listens(descriptor) {
      answer[0] = 0;
      length[0] = answer.byteLength;
      return getsockopt(descriptor, SOL_SOCKET, SO_ACCEPTCONN, answer, length) === 0 && answer[0] === 1;
    },
  };
}
