import { describe, expect, test } from "bun:test";
import { credentials, folder, load, memoryFiles, refusal } from "../memory-files.ts";

const php = "<?php return ['servers' => ['reverb' => ['port' => 1]]];";
const toml = "[server]\nport = 2";

describe("the config file", () => {
  test("is Laravel's before resound.toml, and the one left out is mentioned", () => {
    const config = load({ contents: { "config/reverb.php": php, "resound.toml": toml } });
    expect(config.server.port).toBe(1);
    expect(config.warnings).toEqual([
      "resound.toml is ignored because there is a config/reverb.php; --config resound.toml reads it instead",
    ]);
  });

  test("is the one that --config names, without a warning", () => {
    const contents = { "config/reverb.php": php, "resound.toml": toml, "other.php": php.replace("1", "3") };
    const named = load({ contents, configFile: `${folder}/resound.toml` });
    expect(named.server.port).toBe(2);
    expect(named.warnings).toEqual([]);
    expect(named.files).toEqual(["resound.toml"]);
    expect(load({ contents, configFile: `${folder}/other.php` }).server.port).toBe(3);
  });

  test("named but missing is an error", () => {
    expect(refusal({ configFile: "/elsewhere/resound.toml" })).toEqual([
      "Cannot read /elsewhere/resound.toml: no such file",
    ]);
  });

  test("must be PHP or TOML", () => {
    expect(refusal({ configFile: "resound.json" })).toEqual([
      '--config: expected a .php or .toml file, got "resound.json"',
    ]);
  });

  test("that cannot be read is named with the reason", () => {
    const denied = Object.assign(new Error("EACCES: permission denied"), { code: "EACCES" });
    const files = {
      ...memoryFiles({}),
      isFolder: () => true,
      read: (path: string) => {
        if (path.endsWith(".toml")) throw denied;
        return undefined;
      },
    };
    expect(refusal({ files, env: credentials })).toEqual(["Cannot read resound.toml: permission denied"]);
  });
});
