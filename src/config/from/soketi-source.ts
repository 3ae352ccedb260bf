import type { Findings } from "../findings.ts";
import { foreignTable, type ForeignValue } from "./foreign-table.ts";
import type { ConfigTable } from "../sources/config-node.ts";
import type { SoketiOptions } from "./soketi-options.ts";

/** The database in which soketi looks for its applications, by the names of its options and with its defaults. */
const DATABASES = {
  mysql: { scheme: "mysql", port: "3306", user: "root", password: "password", database: "main" },
  postgres: { scheme: "postgres", port: "5432", user: "postgres", password: "password", database: "main" },
} as const;

/**
 * The table `apps` of a configuration whose applications soketi had in a database; `undefined` where it had them in its configuration.
 * DynamoDB is an error, since there would be no application.
 */
export function soketiSource(options: SoketiOptions, findings: Findings): ConfigTable | undefined {
  const driver = options.find("appManager.driver");
  const name = String(driver?.value ?? "array");
  if (driver === undefined || name === "array") return undefined;
  if (name !== "mysql" && name !== "postgres") {
    findings.error(
      `${driver.place}: expected array, mysql or postgres, got ${
        JSON.stringify(name)
      }, which cannot be read from here; ` +
        "write the applications in a resound.toml, or let an address answer for them (apps.provider = http)",
    );
    return undefined;
  }
  const { scheme, port, user, password, database } = DATABASES[name];
  const part = (option: string, fallback: string): string =>
    encodeURIComponent(options.text(`database.${name}.${option}`, fallback));
  const host = options.text(`database.${name}.host`, "127.0.0.1");
  const url = `${scheme}://${part("user", user)}:${part("password", password)}@` +
    `${host.includes(":") ? `[${host}]` : host}:${part("port", port)}/${part("database", database)}`;
  const values = new Map<string, ForeignValue>([
    ["provider", { value: "database", place: driver.place }],
    ["database_url", { value: url, place: driver.place }],
  ]);
  const table = options.find(`appManager.${name}.table`);
  values.set("table", table ?? { value: "apps", place: `soketi's default appManager.${name}.table` });
  const seconds = options.find("appManager.cache.ttl");
  if (options.isOn("appManager.cache.enabled") && seconds !== undefined && Number(seconds.value) > 0) {
    values.set("cache_seconds", seconds);
  }
  return foreignTable(values, driver.place);
}
