import { readdirSync, readlinkSync } from "node:fs";
import { openFirstLibc } from "../libc.ts";
import type { SocketGroup } from "../runtime.ts";

// Linux's numbers, the same on all its processors that we build for.
const SOL_SOCKET = 1;
const SO_REUSEPORT = 15;
const SO_ATTACH_FILTER = 26;
const SO_ACCEPTCONN = 30;
const SO_ATTACH_REUSEPORT_CBPF = 51;
const AF_INET6 = 10;
const SOCK_STREAM = 1;
const SOCK_CLOEXEC = 0o2000000;

// Classic BPF, from <linux/filter.h>.
const RETURN_CONSTANT = 0x06;
const RETURN_ACCUMULATOR = 0x16;
const LOAD_WORD = 0x20;
const LOAD_BYTE = 0x30;
const SKIP_UNLESS_SET = 0x45;
const ADD_CONSTANT = 0x04;
const MODULO_CONSTANT = 0x94;
/** The byte of a TCP header with its flags, and the one of a segment that asks for a connection. */
const TCP_FLAGS = 13, SYN = 0x02;
const WHOLE_SEGMENT = 0xffff_ffff;
/** The ancillary data that is a random number: SKF_AD_OFF + SKF_AD_RANDOM. */
const RANDOM_NUMBER = 0xffff_f000 + 56;

/** An address that a server of this process listens on, as the runtime shows it. */
export interface ListeningAddress {
  /** Any where it is not known. */
  readonly address: string | undefined;
  readonly port: number;
}

/** The functions of the C library that this needs. */
interface Calls {
  setOption(descriptor: number, option: number, value: Uint8Array): boolean;
  /** Whether a descriptor is a socket that listens. */
  listens(descriptor: number): boolean;
  /** Its address as the system writes it (`struct sockaddr`); `undefined` when it has none. */
  addressOf(descriptor: number): Uint8Array | undefined;
  /** Binds a new socket to the address of another, and shares it. Throws when the system refuses. */
  bindBeside(descriptor: number): void;
  pointerTo(bytes: Uint8Array): bigint;
}

let calls: Calls | undefined;

/**
 * The socket of this process that listens on an address, on Linux. Two processes may listen on one port while both allow it
 * (SO_REUSEPORT), and a program in the kernel says which of them gets the next connection. The constructor throws with the reason when
 * there is no such socket, or where the system does not let a process look.
 */
export class SharedSocket {
  readonly #descriptor: number;
  /** Its name in `/proc`, which no other socket has: a descriptor that was closed may be another file's by now. */
  readonly #name: string;
  readonly #calls: Calls;

  /** The only socket of this process that listens on a port, on any address. */
  static onPort(port: number): SharedSocket {
    return new SharedSocket({ address: undefined, port });
  }

  /** `others` are sockets of this process that listen on the same address. */
  constructor(place: ListeningAddress, ...others: readonly SharedSocket[]) {
    const { listens, addressOf } = this.#calls = calls ??= openCalls();
    const taken = others.map((other) => other.#descriptor);
    const found = readdirSync("/proc/self/fd").map(Number).filter((descriptor) => {
      if (taken.includes(descriptor)) return false;
      const bytes = listens(descriptor) ? addressOf(descriptor) : undefined;
      return bytes !== undefined && isSame(bytes, place);
    });
    if (found.length !== 1) {
      throw new Error(`${found.length} sockets listen on ${place.address}:${place.port}`);
    }
    this.#descriptor = found[0]!;
    this.#name = nameOf(this.#descriptor);
  }

  /** Whether other processes of this user may listen on the port as well, if they allow it too. Throws when the system refuses. */
  share(allowed: boolean): void {
    this.#set(SO_REUSEPORT, "SO_REUSEPORT", new Uint8Array(Int32Array.of(allowed ? 1 : 0).buffer));
  }

  /**
   * Binds one more socket of this process to the address, which never listens: it keeps the port for processes of this user that share
   * it, until this process ends. MUST be shared. Throws when the system refuses.
   */
  hold(): void {
    this.#calls.bindBeside(this.#descriptor);
  }

  /**
   * From now on the kernel overhears requests for new connections; callers repeat them after a second. Connections that it has made
   * already can be accepted. Throws when the system refuses.
   */
  holdBack(): void {
    this.#attach(SO_ATTACH_FILTER, "SO_ATTACH_FILTER", programOf(OVERHEAR_SYN));
  }

  /** From now on the kernel gives each new connection of the port to one of the group's next sockets. Throws when the system refuses. */
  steer(group: SocketGroup): void {
    this.#attach(SO_ATTACH_REUSEPORT_CBPF, "SO_ATTACH_REUSEPORT_CBPF", programOf(steering(group)));
  }

  #attach(option: number, name: string, program: Uint8Array): void {
    // struct sock_fprog: the number of instructions, and where they are.
    const filter = new Uint8Array(16), head = new DataView(filter.buffer);
    head.setUint16(0, program.length / 8, true);
    head.setBigUint64(8, this.#calls.pointerTo(program), true);
    this.#set(option, name, filter);
  }

  #set(option: number, name: string, value: Uint8Array): void {
    if (nameOf(this.#descriptor) !== this.#name) throw new Error("the socket is closed");
    if (!this.#calls.setOption(this.#descriptor, option, value)) {
      throw new Error(`the system refuses ${name}`);
    }
  }
}

/** What `/proc` shows of a descriptor; empty when there is none. */
function nameOf(descriptor: number): string {
  try {
    return readlinkSync(`/proc/self/fd/${descriptor}`);
  } catch {
    // It is closed.
    return "";
  }
}

/** An instruction: its code, its constant, and how many instructions a condition that does not hold skips. */
type Instruction = readonly [code: number, constant: number, skips?: number];

/** Takes no segment that asks for a connection, and every other one as a whole. */
const OVERHEAR_SYN: readonly Instruction[] = [
  [LOAD_BYTE, TCP_FLAGS],
  [SKIP_UNLESS_SET, SYN, 1],
  [RETURN_CONSTANT, 0],
  [RETURN_CONSTANT, WHOLE_SEGMENT],
];

/** Picks one of the next sockets: the only one, or any of them. Where the number is too high the kernel chooses among all. */
function steering({ before, next }: SocketGroup): readonly Instruction[] {
  return next === 1
    ? [[RETURN_CONSTANT, before]]
    : [[LOAD_WORD, RANDOM_NUMBER], [MODULO_CONSTANT, next], [ADD_CONSTANT, before], [RETURN_ACCUMULATOR, 0]];
}

/** As the kernel reads it (`struct sock_filter`). */
function programOf(instructions: readonly Instruction[]): Uint8Array {
  const program = new Uint8Array(8 * instructions.length), view = new DataView(program.buffer);
  for (const [index, [code, constant, skips = 0]] of instructions.entries()) {
    view.setUint16(8 * index, code, true);
    view.setUint8(8 * index + 3, skips);
    view.setUint32(8 * index + 4, constant, true);
  }
  return program;
}

/** Whether a `struct sockaddr_in` or `sockaddr_in6` is this address. */
function isSame(bytes: Uint8Array, { address, port }: ListeningAddress): boolean {
  const view = new DataView(bytes.buffer);
  if (view.getUint16(2) !== port) return false;
  if (address === undefined) return true;
  const text = view.getUint16(0, true) === AF_INET6
    ? Array.from({ length: 8 }, (_, index) => view.getUint16(8 + 2 * index).toString(16)).join(":")
    : bytes.subarray(4, 8).join(".");
  return oneSpelling(text) === oneSpelling(address);
}

/** An address as URLs write it: there are many ways to write one of IPv6. The zone (`%eth0`) is no part of it. */
function oneSpelling(address: string): string {
  return address.includes(":") ? new URL(`http://[${address.split("%")[0]}]`).hostname : address;
}

/** Opens the C library. Throws where there is none. Bun's own module is asked for only here: no other runtime has it. */
function openCalls(): Calls {
  const { dlopen, ptr } = process.getBuiltinModule("bun:ffi") as typeof import("bun:ffi");
  const { symbols } = openFirstLibc((name) =>
    dlopen(name, {
      setsockopt: { args: ["i32", "i32", "i32", "ptr", "u32"], returns: "i32" },
      getsockopt: { args: ["i32", "i32", "i32", "ptr", "ptr"], returns: "i32" },
      getsockname: { args: ["i32", "ptr", "ptr"], returns: "i32" },
      socket: { args: ["i32", "i32", "i32"], returns: "i32" },
      bind: { args: ["i32", "ptr", "u32"], returns: "i32" },
      close: { args: ["i32"], returns: "i32" },
    })
  );
  const answer = new Int32Array(1), length = new Uint32Array(1);
  return {
    setOption: (descriptor, option, value) =>
      symbols.setsockopt(descriptor, SOL_SOCKET, option, value, value.byteLength) === 0,
    listens(descriptor) {
      answer[0] = 0;
      length[0] = answer.byteLength;
      return symbols.getsockopt(descriptor, SOL_SOCKET, SO_ACCEPTCONN, answer, length) === 0 &&
        answer[0] === 1;
    },
    addressOf(descriptor) {
      const bytes = new Uint8Array(128);
      length[0] = bytes.byteLength;
      return symbols.getsockname(descriptor, bytes, length) === 0 ? bytes : undefined;
    },
    bindBeside(descriptor) {
      const address = new Uint8Array(128), on = new Uint8Array(Int32Array.of(1).buffer);
      length[0] = address.byteLength;
      if (symbols.getsockname(descriptor, address, length) !== 0) {
        throw new Error("the socket has no address");
      }
      const family = new DataView(address.buffer).getUint16(0, true);
      const socket = symbols.socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0);
      if (
        socket >= 0 && symbols.setsockopt(socket, SOL_SOCKET, SO_REUSEPORT, on, on.byteLength) === 0 &&
        symbols.bind(socket, address, length[0]) === 0
      ) return;
      if (socket >= 0) symbols.close(socket);
      throw new Error("the system gives no second socket for the port");
    },
    pointerTo: (bytes) => BigInt(ptr(bytes)),
  };
}
