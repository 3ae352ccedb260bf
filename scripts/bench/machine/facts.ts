import { cpus, release, totalmem, type } from "node:os";
import { commitOf } from "../../build/commit.ts";
import type { MachineFacts } from "../report/result.ts";
import { CAN_PIN } from "./pinned.ts";

/** What the figures were measured on. */
export async function machineFacts(root: string, now: Date): Promise<Omit<MachineFacts, "otherWork">> {
  return {
    processor: cpus()[0]?.model ?? "unknown",
    processors: cpus().length,
    memoryGigabytes: Math.round(totalmem() / 2 ** 30),
    system: `${type()} ${release()}`,
    pinned: CAN_PIN,
    date: now.toISOString().slice(0, 16).replace("T", " "),
    commit: await commitOf(root),
  };
}
