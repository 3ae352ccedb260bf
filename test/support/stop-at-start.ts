// Preloaded by a server of held-successor.ts, and so by each process that is to take its place: such a one stops at its very start,
// as long as there is a file `hold` in its folder.
import { existsSync } from "node:fs";
import { SUCCESSOR_OPTION } from "../../src/process/handover/successor-command.ts";

if (process.argv.includes(SUCCESSOR_OPTION) && existsSync("hold")) process.kill(process.pid, "SIGSTOP");
