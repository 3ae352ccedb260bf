import { type ConfigNode, type ConfigTable, nodeAt, plainValue } from "./sources/config-node.ts";
import type { ServerConfig } from "./config.ts";
import { describeValue } from "./kinds/value-kind.ts";
import type { Findings } from "./findings.ts";
import { tlsTable } from "./settings/server-settings.ts";

/**
 * `options.tls` as it is written, without null: `env('REVERB_TLS_CERT')` of a variable that is not set is no certificate. A value that
 * is no table would leave the server without encryption and is an error, unless it says no.
 */
export function readTlsTable(
  server: ConfigTable | undefined,
  findings: Findings,
): Pick<ServerConfig, "tls" | "tlsPlaces"> {
  const node = nodeAt(server, tlsTable.key);
  if (node?.kind !== "table") {
    if (node?.error !== undefined) findings.fail(node.error);
    else if (node !== undefined && ![null, false, ""].includes(node.value as null)) {
      findings.error(
        `${node.place}: expected a table with local_cert and PHP's other TLS options, got ${
          describeValue(node.value, typeof node.value === "string")
        }`,
      );
    }
    return { tls: {}, tlsPlaces: undefined };
  }
  const options = [...node.entries].filter(([, entry]) => plainValue(entry) !== null);
  for (const [name, entry] of options) {
    findings.settled.push({
      part: "server",
      key: `${tlsTable.key}.${name}`,
      value: plainValue(entry),
      secret: name === "passphrase",
      place: entry.place,
    });
  }
  return {
    tls: Object.fromEntries(options.map(([name, entry]) => [name, plainValue(entry)])),
    tlsPlaces: options.length === 0 ? undefined : Object.fromEntries(placesOf(node, "")),
  };
}

function placesOf(table: ConfigTable, prefix: string): [path: string, place: string][] {
  return [...table.entries].flatMap(([name, entry]: [string, ConfigNode]) => {
    const path = prefix + name;
    return [[path, entry.place], ...entry.kind === "table" ? placesOf(entry, `${path}.`) : []];
  });
}
