import { describe, expect, test } from "bun:test";
import { pusherHint, soketiHint } from "../../../../src/config/from/foreign-hint.ts";
import { readConfig } from "../../../../src/config/load-config.ts";
import { Environment } from "../../../../src/config/sources/environment.ts";
import { unfinishedRemedy } from "../../../../src/process/check-start.ts";
import { folder, memoryFiles, refusal } from "../memory-files.ts";

const pusher = { PUSHER_APP_ID: "1", PUSHER_APP_KEY: "k", PUSHER_APP_SECRET: "s" };
const SOKETI_WAYS =
  "`resound start --from soketi` reads them, and `resound migrate soketi` writes them as Resound's own";

/** What a start would end with; `undefined` where it goes on. */
function remedy(
  env: Readonly<Record<string, string>>,
  contents: Readonly<Record<string, string>> = {},
): string | undefined {
  return unfinishedRemedy(
    readConfig({ directory: folder, processEnvironment: env, files: memoryFiles(contents), random: () => 0 }),
  );
}

describe("another server's variables without an application", () => {
  test("are named in one sentence", () => {
    expect(soketiHint(new Environment({ SOKETI_PORT: "1" }))).toBe(
      `SOKETI_PORT is a variable of soketi: ${SOKETI_WAYS}`,
    );
    expect(soketiHint(new Environment({ SOKETI_PORT: "1", SOKETI_HOST: "h", OTHER: "x" }))).toBe(
      `SOKETI_PORT and 1 more variable are variables of soketi: ${SOKETI_WAYS}`,
    );
    expect(soketiHint(new Environment({ OTHER: "x" }))).toBe(undefined);
    expect(pusherHint(new Environment(pusher))).toContain("`resound start --from pusher` reads them");
    expect(pusherHint(new Environment({ ...pusher, PUSHER_APP_SECRET: "" }))).toBe(undefined);
  });

  test("end a start that would make an application up", () => {
    expect(remedy({ SOKETI_PORT: "1" })).toBe(
      `SOKETI_PORT is a variable of soketi: ${SOKETI_WAYS}. \`resound start --dev\` makes one up for a try`,
    );
    expect(remedy(pusher, { artisan: "" })).toEndWith(
      "`resound start --from pusher` reads them, and `resound migrate pusher` writes them as Resound's own",
    );
    expect(remedy({})).toBe(undefined);
  });

  test("are named in production too", () => {
    expect(refusal({ env: { APP_ENV: "production", SOKETI_PORT: "1" } })).toEqual([
      "No application is configured: set REVERB_APP_ID, REVERB_APP_KEY and REVERB_APP_SECRET in .env or the environment. " +
      `SOKETI_PORT is a variable of soketi: ${SOKETI_WAYS}`,
    ]);
  });
});
