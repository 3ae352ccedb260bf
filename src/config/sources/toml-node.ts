import { parse, TomlError } from "smol-toml";
import { ConfigError } from "../config-error.ts";
import type { ConfigNode } from "./config-node.ts";

/**
 * Reads a TOML document with places: the file and the key, since the parser keeps no line numbers of values. Throws a
 * `ConfigError` naming the line when it is not TOML.
 */
export function readTomlNode(source: string, file: string): ConfigNode {
  try {
    return nodeOf(parse(source.replace(/^\uFEFF/, "")), "", file);
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    // The rest of the parser's message quotes the lines around the error, which may hold a secret.
    const reason = error.message.split("\n", 1)[0]?.replace(/^Invalid TOML document: /, "") ?? "";
    throw new ConfigError([`Cannot read ${file}:${error.line}: ${reason}`], { cause: error });
  }
}

function nodeOf(value: unknown, path: string, file: string): ConfigNode {
  const place = path === "" ? file : `${file} ${path}`;
  if (typeof value !== "object" || value === null || value instanceof Date) {
    return { kind: "leaf", value: value instanceof Date ? notAValue : value, place, env: [] };
  }
  const entries = Object.entries(value).map(([name, entry]): [string, ConfigNode] => [
    name,
    nodeOf(entry, path === "" ? name : `${path}.${name}`, file),
  ]);
  return { kind: "table", entries: new Map(entries), list: Array.isArray(value), place };
}

/** Stands for a date, which no setting takes. */
function notAValue(): void {}
