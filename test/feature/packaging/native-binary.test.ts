import { expect, test } from "bun:test";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { HEADER_BYTES, readExecutableHeader } from "../../../scripts/build/read-executable-header.ts";
import { ROOT, serverTarget } from "../../support/server-target.ts";
import { skipWhen } from "../../support/skip-when.ts";

const binary = join(ROOT, process.platform === "win32" ? "dist/resound.exe" : "dist/resound");
const isUnderTest = serverTarget() === "binary" && existsSync(binary);

test.skipIf(skipWhen(!isUnderTest, "header of the native executable: this run tests another target"))(
  "the header of the executable says what runs here",
  async () => {
    const bytes = await Bun.file(binary).slice(0, HEADER_BYTES).arrayBuffer();
    const formats: Partial<Record<NodeJS.Platform, string>> = { linux: "elf", darwin: "mach-o", win32: "pe" };
    expect(readExecutableHeader(new Uint8Array(bytes)))
      .toMatchObject({ format: formats[process.platform], processor: process.arch });
  },
);
