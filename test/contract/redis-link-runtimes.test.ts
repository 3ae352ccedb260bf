import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { join } from "node:path";
import { PATIENCE } from "../support/patience.ts";
import { scriptCommand } from "../support/server-target.ts";
import { skipWhen } from "../support/skip-when.ts";
import { REDIS_KINDS, type RedisSetting } from "./redis-settings.ts";

const root = join(import.meta.dir, "../..");
const script = join(import.meta.dir, "redis-link-script.ts");

for (const kind of REDIS_KINDS) {
  describe.skipIf(skipWhen(kind.missing !== undefined, kind.missing ?? ""))(`to ${kind.name}`, () => {
    let setting: RedisSetting;
    beforeAll(async () => {
      setting = await kind.start();
    });
    afterAll(async () => {
      await setting[Symbol.asyncDispose]();
    });

    test.each(["bun", "deno"] as const)(
      "a link works on %s, prints nothing and lets the process end",
      async (runtime) => {
        const child = Bun.spawn([...scriptCommand(runtime, script), JSON.stringify(setting.config)], {
          cwd: root,
          stdin: "ignore",
          stdout: "pipe",
          stderr: "pipe",
          timeout: PATIENCE,
        });
        const [out, errors, code] = await Promise.all([
          new Response(child.stdout).text(),
          new Response(child.stderr).text(),
          child.exited,
        ]);
        expect({ errors, code }).toEqual({ errors: "", code: 0 });
        expect(JSON.parse(out)).toMatchObject({ count: 1, messages: [["resound:script:{1}", "héllo"]] });
      },
    );
  });
}
