import { expect, test } from "bun:test";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { RIGHTS_SCRIPT } from "../../../src/doctor/redis-rights.ts";
import { ROOT } from "../../support/server-target.ts";

test("doctor asks for the right to every command of the server's scripts", () => {
  const files = ["src/cluster", "src/redis", "src/hub"].flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" })
      .filter((path) => path.endsWith(".ts")).map((path) => readFileSync(join(ROOT, folder, path), "utf8"))
  );
  const used = new Set(
    files.flatMap((text) => [...text.matchAll(/redis\.p?call\(\s*['"](\w+)['"]/g)].map(([, name]) => name!)),
  );
  expect(used.size).toBeGreaterThan(20);
  // The script itself does not go on without SET and DEL; TIME is asked for before it.
  const asked = [...used].filter((name) => !["SET", "DEL", "TIME"].includes(name));
  expect(asked.filter((name) => !RIGHTS_SCRIPT.source.includes(`'${name}'`))).toEqual([]);
});
