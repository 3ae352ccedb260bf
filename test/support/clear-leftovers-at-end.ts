// Preloaded by `bun test` (bunfig.toml): an afterAll of a preloaded file runs once, after the last test file.
import { afterAll } from "bun:test";
import { clearLeftovers } from "./leftovers.ts";

afterAll(clearLeftovers);
