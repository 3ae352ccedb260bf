import { expect, test } from "bun:test";
import fc from "../../../support/fast-check.ts";
import { ConfigError } from "../../../../src/config/config-error.ts";
import { SOKETI_VARIABLES } from "../../../../src/config/from/soketi-variables.ts";
import { writtenToml, writtenVariables } from "../../../../src/config/from/written-configuration.ts";
import { readConfig } from "../../../../src/config/load-config.ts";
import { folder, memoryFiles } from "../memory-files.ts";

/** Reads it, and writes it down; what cannot be read MUST be a `ConfigError`. */
function readAndWrite(env: Readonly<Record<string, string>>, json?: string): void {
  try {
    const { file } = readConfig({
      directory: folder,
      processEnvironment: env,
      files: memoryFiles(json === undefined ? {} : { "soketi.json": json }),
      from: "soketi",
      configFile: json === undefined ? undefined : `${folder}/soketi.json`,
    });
    writtenVariables(file!);
    writtenToml(file!);
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigError);
  }
}

const word = fc.constantFrom(
  "",
  "1",
  "-1",
  "true",
  "redis",
  "mysql",
  "postgres",
  "x y",
  "[]",
  '[{"host":1}]',
  "{",
  "é",
  "1e9",
  "null",
);
const name = fc.constantFrom(...[...SOKETI_VARIABLES.values()].map((each) => `SOKETI_${each}`));

test("any variables of soketi are a configuration, or an error that says what is wrong", () => {
  fc.assert(fc.property(fc.dictionary(name, word, { maxKeys: 12 }), (env) => readAndWrite(env)), {
    numRuns: 150,
  });
});

test("so is any config file of soketi", () => {
  const options = [
    ...SOKETI_VARIABLES.keys(),
    "appManager.array.apps",
    "appManager",
    "database",
    "httpApi.requestLimitInMb",
  ];
  const application = fc.record({
    id: fc.jsonValue(),
    key: fc.jsonValue(),
    secret: fc.jsonValue(),
    webhooks: fc.jsonValue(),
    maxConnections: fc.jsonValue(),
    enableUserAuthentication: fc.boolean(),
  }, { requiredKeys: [] });
  const value = fc.oneof(fc.jsonValue({ maxDepth: 2 }), word, fc.array(application, { maxLength: 3 }));
  const document = fc.dictionary(fc.constantFrom(...options), value, { maxKeys: 8 });
  fc.assert(fc.property(document, (each) => readAndWrite({}, JSON.stringify(each))), { numRuns: 150 });
});
