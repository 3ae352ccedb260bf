import { parse, TomlError } from "smol-toml";
import { ConfigError } from "../config-error.ts";
import type { ConfigNode } from "./config-node.ts";
import { tomlLines } from "./toml-lines.ts";

/** Reads a TOML document with places: file, line and key. Throws a `ConfigError` naming the line when it is not TOML. */
export function readTomlNode(source: string, file: string): ConfigNode {
  const text = source.replace(/^\uFEFF/, "");
  try {
    return nodeOf(parse(text), "", { file, lines: tomlLines(text) });
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    // The rest of the parser's message quotes the lines around the error, which may hold a secret.
    const reason = error.message.split("\n", 1)[0]?.replace(/^Invalid TOML document: /, "") ?? "";
    throw new ConfigError([`Cannot read ${file}:${error.line}: ${reason}`], { cause: error });
  }
}

interface TomlFile {
  readonly file: string;
  readonly lines: ReadonlyMap<string, number>;
}

function nodeOf(value: unknown, path: string, toml: TomlFile): ConfigNode {
  const line = toml.lines.get(path);
  const where = line === undefined ? toml.file : `${toml.file}:${line}`;
  const place = path === "" ? where : `${where} ${path}`;
  if (typeof value !== "object" || value === null || value instanceof Date) {
    return {
      kind: "leaf",
      value: value instanceof Date ? notAValue : value,
      place,
      keyPlace: place,
      env: [],
    };
  }
  const entries = Object.entries(value).map(([name, entry]): [string, ConfigNode] => [
    name,
    nodeOf(entry, path === "" ? name : `${path}.${name}`, toml),
  ]);
  return {
    kind: "table",
    entries: new Map(entries),
    list: Array.isArray(value),
    place,
    keyPlace: place,
  };
}

/** Stands for a date, which no setting takes. */
function notAValue(): void {}
