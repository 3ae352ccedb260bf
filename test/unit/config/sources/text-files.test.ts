import { afterAll, beforeAll, expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { loadConfig } from "../../../../src/config/load-config.ts";
import { nodeAt, plainValue } from "../../../../src/config/sources/config-node.ts";
import { Environment } from "../../../../src/config/sources/environment.ts";
import { readPhpNode } from "../../../../src/config/sources/php-node.ts";
import { diskFiles } from "../../../../src/config/sources/text-files.ts";
import { refusalOf } from "../memory-files.ts";

let folder = "";

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "resound-config-"));
  mkdirSync(join(folder, "config"));
  writeFileSync(join(folder, ".env"), "\uFEFFREVERB_APP_ID=1\r\nREVERB_APP_KEY=k\r\nREVERB_APP_SECRET=s\r\n");
  writeFileSync(
    join(folder, "config/reverb.php"),
    "<?php return ['servers' => ['reverb' => ['port' => 7]]];",
  );
});

afterAll(() => rmSync(folder, { recursive: true }));

test("the disk tells a missing file from one that is there", () => {
  expect(diskFiles.read(join(folder, "none"))).toBeUndefined();
  expect(diskFiles.read(join(folder, ".env/none"))).toBeUndefined();
  expect(diskFiles.read(join(folder, ".env"))).toContain("REVERB_APP_ID=1");
  expect(diskFiles.isFolder(folder)).toBe(true);
  expect(diskFiles.isFolder(join(folder, ".env"))).toBe(false);
  expect(diskFiles.isFolder(join(folder, "none"))).toBe(false);
});

test("a whole configuration comes from the disk", () => {
  const config = loadConfig({ directory: folder, processEnvironment: {} });
  expect(config.files).toEqual([".env", "config/reverb.php"]);
  expect(config.server.port).toBe(7);
  expect(config.applications[0]?.id).toBe("1");
});

test("a folder in the place of a file is named", () => {
  mkdirSync(join(folder, "resound.toml"));
  const configFile = join(folder, "resound.toml");
  expect(refusalOf(() => loadConfig({ directory: folder, configFile, processEnvironment: {} }))).toEqual([
    "Cannot read resound.toml: it is a folder",
  ]);
  rmSync(configFile, { recursive: true });
});

test("a config file sees files of its folder, and neither pipes nor what links lead to outside", () => {
  const directory = mkdtempSync(join(folder, "inside-")), outside = mkdtempSync(join(folder, "outside-"));
  writeFileSync(join(directory, "inside.txt"), "größe");
  writeFileSync(join(outside, "secret.txt"), "x");
  symlinkSync(outside, join(directory, "link"));
  symlinkSync(join(directory, "inside.txt"), join(directory, "near.txt"));
  Bun.spawnSync(["mkfifo", join(directory, "pipe")]);
  const read = (path: string): unknown => {
    const environment = new Environment({});
    const source = `<?php return ['a' => file_get_contents(base_path('${path}'))];`;
    const node = readPhpNode(source, { file: "config/x.php", environment, directory, files: diskFiles });
    return plainValue(nodeAt(node, "a")!);
  };
  expect(read("inside.txt")).toBe("größe");
  expect(read("near.txt")).toBe("größe");
  expect(read("nope.txt")).toBe(false);
  expect(() => read("link/secret.txt")).toThrow("which is not in the application's folder");
  expect(() => read("pipe")).toThrow("which is no plain file");
});
