import { type ConfigNode, type ConfigTable, isEmptyNode } from "./config-node.ts";
import type { Environment } from "./environment.ts";
import { environmentPlace } from "./setting-source.ts";
import type { Findings } from "../findings.ts";

/** The variable by which Laravel's stock file chooses the server. */
const CHOICE = "REVERB_SERVER";

/**
 * The server that a config file describes: `servers.reverb`, or the one that `default` names. `undefined` where the file has no
 * `servers` at all; a `servers` without that server is an error.
 */
export function reverbServer(
  root: ConfigTable,
  environment: Environment,
  findings: Findings,
): ConfigTable | undefined {
  const servers = root.entries.get("servers");
  if (servers?.kind === "leaf" && servers.error !== undefined) return tableOf(servers, findings);
  const { name, place } = chosenName(root, environment);
  if (servers === undefined) {
    // Reverb's stock file has one server.
    if (name !== "reverb") findings.error(unknownName(name, place));
    return undefined;
  }
  const problem = problemOf(servers, name, place);
  if (problem !== undefined) {
    findings.error(problem);
    return undefined;
  }
  const node = servers.kind === "table" ? servers.entries.get(name) : undefined;
  return tableOf(node, findings);
}

/** The node as a table; `undefined` when there is none. A single value is an error. */
export function tableOf(node: ConfigNode | undefined, findings: Findings): ConfigTable | undefined {
  if (node?.kind === "table") return node;
  if (node?.error !== undefined) findings.fail(node.error);
  else if (node !== undefined && !isEmptyNode(node)) {
    findings.error(`${node.place}: expected a table, got a single value`);
  }
  return undefined;
}

/** The name of the server and the place that says it; Reverb's stock file stands for a `default` that is missing. */
function chosenName(
  root: ConfigTable,
  environment: Environment,
): { readonly name: string; readonly place: string | undefined } {
  const named = root.entries.get("default");
  if (named !== undefined) {
    const isName = named.kind === "leaf" && typeof named.value === "string" && named.value !== "";
    return isName ? { name: String(named.value), place: named.place } : { name: "reverb", place: undefined };
  }
  const variable = environment.get(CHOICE);
  if (variable === undefined || variable.value === "") return { name: "reverb", place: undefined };
  return { name: variable.value, place: environmentPlace(CHOICE, variable.origin) };
}

function problemOf(servers: ConfigNode, name: string, place: string | undefined): string | undefined {
  if (servers.kind === "leaf" && servers.value !== null) {
    return `${servers.place}: expected a table, got a single value`;
  }
  const node = servers.kind === "table" ? servers.entries.get(name) : undefined;
  if (node !== undefined && !isNull(node)) return undefined;
  if (place !== undefined) return unknownName(name, place);
  const written = JSON.stringify(name);
  return `${servers.keyPlace}: expected the default server by its name, ${written}, got ${namesIn(servers)}`;
}

function unknownName(name: string, place: string = "default"): string {
  return `${place}: expected the name of one of the servers, got ${JSON.stringify(name)}`;
}

/** Completes "got …". */
function namesIn(servers: ConfigNode): string {
  if (servers.kind === "leaf") return "nothing";
  if (servers.list && servers.entries.size > 0) return `a list of ${servers.entries.size}`;
  const names = [...servers.entries].filter(([, entry]) => !isNull(entry)).map(([name]) =>
    JSON.stringify(name)
  );
  return names.length === 0 ? "nothing" : names.join(", ");
}

function isNull(node: ConfigNode): boolean {
  return node.kind === "leaf" && isEmptyNode(node);
}
