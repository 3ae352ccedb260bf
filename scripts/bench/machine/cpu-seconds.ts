import { dlopen, FFIType, ptr } from "bun:ffi";
import { readFileSync } from "node:fs";

/** Clock ticks a second in `/proc/PID/stat`; 100 on every Linux that people run. */
const TICKS_PER_SECOND = 100;

/**
 * CPU seconds that a process has used so far, all threads, user and system. Linux only. Read from the process's CPU clock, which
 * counts nanoseconds; `/proc/PID/stat`, which counts hundredths of a second, is read where there is no glibc.
 */
export function cpuSeconds(pid: number): number {
  return cpuClock?.(pid) ?? statSeconds(readFileSync(`/proc/${pid}/stat`, "utf8"));
}

/** The CPU seconds in the text of `/proc/PID/stat`. */
function statSeconds(stat: string): number {
  // The command's name may hold anything; the fields begin behind its closing parenthesis.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}

const cpuClock = openCpuClock();

function openCpuClock(): ((pid: number) => number | undefined) | undefined {
  try {
    const { symbols } = dlopen("libc.so.6", {
      clock_gettime: { args: [FFIType.i32, FFIType.ptr], returns: FFIType.i32 },
    });
    const time = new BigInt64Array(2);
    return (pid) => {
      // clock_getcpuclockid(3) of the kernel's making: the complement of the process id, and 2 for "as the scheduler counts".
      const failed = symbols.clock_gettime((~pid << 3) | 2, ptr(time)) !== 0;
      return failed ? undefined : Number(time[0]) + Number(time[1]) / 1e9;
    };
  } catch {
    // No glibc here, so /proc is read.
    return undefined;
  }
}
