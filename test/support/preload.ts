// Preloaded by `bun test` (bunfig.toml): what holds for every test file.
import { afterAll, setDefaultTimeout } from "bun:test";
import { clearLeftovers } from "./leftovers.ts";

// For a file that is run by itself: the same patience as in `bun run test` (scripts/test/steps.ts), in milliseconds.
setDefaultTimeout(120_000);

// Here it runs behind everything of the file, or of all files where they share one global object.
afterAll(clearLeftovers);
