import { existsSync } from "node:fs";

/** Where Debian's package libfaketime puts its library, for the architectures that it is built for here. */
const PLACES = ["x86_64", "aarch64"].map((each) => `/usr/lib/${each}-linux-gnu/faketime/libfaketimeMT.so.1`);

/** The library that lets a process see another time; `undefined` where it is not installed. */
export const CLOCK_LIBRARY: string | undefined = PLACES.find((path) => existsSync(path));

/**
 * The environment of a process whose wall clock goes wrong by what the file says (`+30`, in seconds); the library reads it anew every
 * second. The monotonic clock stays, as on a machine whose time is set.
 */
export function clockEnvironment(file: string): Readonly<Record<string, string>> {
  if (CLOCK_LIBRARY === undefined) return {};
  return {
    LD_PRELOAD: CLOCK_LIBRARY,
    FAKETIME_TIMESTAMP_FILE: file,
    FAKETIME_CACHE_DURATION: "1",
    FAKETIME_DONT_FAKE_MONOTONIC: "1",
    DONT_FAKE_MONOTONIC: "1",
  };
}
